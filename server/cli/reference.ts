import { configReference } from '../config/reference.ts'
import { commands } from './index.ts'
import { buildProgram } from './run.ts'
import type { Output, Shell } from './shell.ts'

/** The whole of docs/reference.md, made from the option schema and from what `--help` prints. */
export function reference(): string {
  return `# Reference of sockgate

Made from the option schema by a test; edit \`server/config/options.ts\`, not this file.

${configReference()}

## Environment

| Variable | Meaning |
| --- | --- |
| \`IPC_RUNDIR\`, \`RUNDIR\` | the run dir, unless \`--rundir\` is given |
| \`SOCKGATE_ADMIN_TOKEN\` | \`serve\`: a token that lets programs of other users use the API |
| \`SOCKGATE_URL\` | the other commands: admin address of the gateway, such as \`http://127.0.0.1:8081\` |
| \`SOCKGATE_TOKEN\` | the other commands: token they send |
| \`NO_COLOR\` | print without colour |

## Signals and exit status

\`SIGTERM\` and \`SIGINT\` close open connections in good order (1012), within \`--drain-timeout\`; a second one ends at once. \`SIGHUP\` reads
the file again; when that is wrong, the log says why and the old configuration stays in force.

| Status | Meaning |
| --- | --- |
| 0 | ended as asked |
| 1 | failed while running |
| 2 | wrong usage or configuration: an option, the file, a port that is taken, a directory that cannot be used |

## Commands

${[null, ...commands.map(({ name }) => name)].map(help).join('\n\n')}
`
}

function help(command: string | null): string {
  const program = buildProgram(nowhere)
  const found = command === null ? program : program.commands.find((each) => each.name() === command)!
  let text = ''
  found.configureOutput({ writeOut: (part) => void (text += part), getOutHelpWidth: () => 100 })
  found.outputHelp()
  return `### ${command === null ? 'sockgate' : `sockgate ${command}`}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``
}

const output: Output = { write: () => undefined, on: () => undefined, off: () => undefined }
const nowhere = {
  stdin: { on: () => undefined, off: () => undefined, resume: () => undefined, pause: () => undefined },
  stdout: output,
  stderr: output,
  env: {},
  cwd: '/',
  uid: 0,
} as unknown as Shell
