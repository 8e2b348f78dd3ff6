import { Command, CommanderError } from 'commander'

import { packageVersion } from '../version.ts'
import { commands } from './index.ts'
import { CliError } from './shell.ts'
import type { Shell } from './shell.ts'

/**
 * Runs the command line `args`, without program name.
 * @returns the exit status: 0 ended as asked, 1 failed while running, 2 wrong usage or configuration
 * @throws what is a bug
 */
export async function run(args: readonly string[], shell: Shell): Promise<number> {
  try {
    await buildProgram(shell).parseAsync(args, { from: 'user' })
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
    .showHelpAfterError('(--help lists what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void shell.stdout.write(text),
      writeErr: (text) => void shell.stderr.write(text),
      getOutHelpWidth: () => Math.min(shell.stdout.columns ?? 100, 120),
      getErrHelpWidth: () => Math.min(shell.stderr.columns ?? 100, 120),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error: /, 'sockgate: ')),
    })
    .addHelpText('after', '\nExample:\n  sockgate serve --demo\n\n"sockgate COMMAND --help" tells more.')
  for (const command of commands) command.add(program, shell)
  return program
}
