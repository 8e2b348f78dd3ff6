import { configFlag, optionList } from './options.ts'
import type { Option } from './options.ts'
import { serviceFields } from './service-entry.ts'

/** A file that shows every kind of value; a test reads it. */
export const exampleFile = `# sockgate.yaml
listen:
  - ws://127.0.0.1:8080
  - ws+unix:///run/sockgate/gate.sock
admin: 127.0.0.1:8081
rundir: /run/ipc
timer: 25s
max-message: 16MiB
hosts: [gate.example]
origins: [https://app.example]
rules: # judged before those that can be edited
  - allow in authd tls:example.com
  - deny in * 192.0.2.0/24 # a note
  - redirect authd nextversion-authd percent=10
services:
  pong: unix:/run/pong.sock,codec=libipc # short
  clock: # the same at length
    target: unix:clock
    codec: line
    text: true
    max-connections: 100
`

/** The options of `serve`, the keys of the file and those of a service, as Markdown. */
export function configReference(): string {
  const groups = [...new Set(optionList.map(([, option]) => option.group))]
  return [
    '## Options and configuration file',
    '',
    `Every option is a flag of \`sockgate serve\` and, without the dashes, a key of the YAML file that \`--${configFlag.name} ${configFlag.placeholder}\` names.`,
    'The command line beats the environment, which beats the file, which beats the default. A flag or key marked ↻ changes',
    'when the file is read again on `SIGHUP`; the others need a restart. An unknown key, a key twice or a wrong value is an',
    'error with line and column, and nothing starts. Relative paths start at the working directory, in the file beside it.',
    '',
    'Durations are written `250ms`, `25s`, `5m`, `1h` or `off`; sizes `64KiB`, `16MiB` or as plain bytes. An option marked *' +
      ' can be',
    'repeated, and is a list in the file; the command line replaces the whole list of the file, but services one by one, and its',
    'rules stand in front of those of the file.',
    '',
    ...groups.flatMap((group) => [`### ${group}`, '', ...optionTable(group), '']),
    '### A service',
    '',
    'Below `services:` each name has a URI, or a map of these keys. Behind `--service NAME=URI` they follow with commas:',
    '`--service clock=unix:clock,codec=line,text`; a key alone means `true`.',
    '',
    ...table(
      ['Key', 'Value', 'Meaning'],
      serviceFields.map(({ name, kind, description }) => [code(name), value(kind.placeholder), description]),
    ),
    '',
    '### Example',
    '',
    '```yaml',
    exampleFile.trimEnd(),
    '```',
  ].join('\n')
}

function optionTable(group: string): string[] {
  const rows = optionList.filter(([, option]) => option.group === group).map(([, option]) => optionRow(option))
  return table(['Flag', 'Key', 'Value', 'Default', 'Meaning'], rows)
}

function optionRow(option: Option<unknown>): string[] {
  const marks = `${option.takes === 'one' ? '' : '\\*'}${option.reload ? ' ↻' : ''}`
  const fallback = Array.isArray(option.fallback) && option.fallback.length > 0 ? code(option.fallback.join(' ')) : ''
  const variables = option.env === undefined ? '' : `; also from ${option.env.map(code).join(', then ')}`
  return [
    `${code(`--${option.name}`)}${marks}`,
    code(option.key ?? option.name),
    value(option.kind.placeholder),
    option.fallbackText ?? fallback,
    `${option.description}${variables}`,
  ]
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``

const value = (placeholder: string) => (placeholder === '' ? '`true`, `false`' : code(placeholder))

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
