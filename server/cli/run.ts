import { Command, CommanderError } from 'commander'
import type { Argument } from 'commander'

import { packageVersion } from '../version.ts'
import { commands } from './index.ts'
import { joinRuleWords } from './rule-words.ts'
import { CliError } from './shell.ts'
import type { Shell } from './shell.ts'
import { oneLine } from './text.ts'

/**
 * Runs the command line `args`, without program name.
 * @returns the exit status: 0 ended as asked, 1 failed while running, 2 wrong usage or configuration
 * @throws what is a bug
 */
export async function run(args: readonly string[], shell: Shell): Promise<number> {
  try {
    await buildProgram(shell).parseAsync(joinRuleWords(args), { from: 'user' })
    return 0
  } catch (error) {
    // Commander has printed its own.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof CliError)) throw error
    const lines = error.message.split('\n')
    shell.stderr.write(lines.length === 1 ? `sockgate: ${error.message}\n` : `sockgate:\n  ${lines.join('\n  ')}\n`)
    return error.status
  }
}

/** The whole command line; also the source of the reference. */
export function buildProgram(shell: Shell): Command {
  const program = new Command('sockgate')
    .description('WebSocket gateway to local services on Unix sockets')
    .version(packageVersion(), '--version', 'Print the version')
    .helpOption('--help', 'Print this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm })
    .showHelpAfterError('(--help lists what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void shell.stdout.write(text),
      writeErr: (text) => void shell.stderr.write(text),
      getOutHelpWidth: () => Math.min(shell.stdout.columns ?? 100, 120),
      getErrHelpWidth: () => Math.min(shell.stderr.columns ?? 100, 120),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(`sockgate: ${plainly(text.trimEnd()).split('\n').map(oneLine).join('\n')}\n`),
    })
    .addHelpText('after', '\nExample:\n  sockgate serve --demo\n\n"sockgate COMMAND --help" tells more.')
  for (const command of commands) command.add(program, shell)
  return program
}

/** Names alone in the first list, which is long; below it what to write behind them. */
function subcommandTerm(command: Command): string {
  if (command.parent?.parent == null) return command.name()
  return [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' ')
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** Commander's sentences without its own words for things. */
function plainly(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*)'\./s, "$2 cannot be '$1'.")
    .replace(/^option '(\S+?)(?:, \S+)?(?: .*?)?' argument '(.*)' is invalid\./s, "$1 cannot be '$2'.")
}
