import type { Command } from 'commander'

import { configReference } from '../config/reference.ts'
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
| \`SOCKGATE_ADMIN_TOKEN\` | \`serve\`: an admin token for scripts, which they send as \`Authorization: Bearer\` |
| \`SOCKGATE_URL\` | the other commands: admin address of the gateway, such as \`http://127.0.0.1:8081\` |
| \`SOCKGATE_TOKEN\` | the other commands: token they send there; \`sockgate token add\` makes one |
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

${everyCommand(buildProgram(nowhere)).map(help).join('\n\n')}
`
}

/** A command and all below it, in the order of the help. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function help(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => void (text += part), getOutHelpWidth: () => 100 })
  command.outputHelp()
  return `### ${words(command)}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``
}

/** `sockgate rules add` */
function words(command: Command): string {
  return command.parent === null ? command.name() : `${words(command.parent)} ${command.name()}`
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
