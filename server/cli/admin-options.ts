import type { Command } from 'commander'

import { options } from '../config/options.ts'
import { AdminClient } from './admin-client.ts'
import { CliError } from './shell.ts'
import type { Shell } from './shell.ts'

/** Adds what every command takes that talks to a running gateway. */
export function adminOptions(command: Command): Command {
  return command
    .option('--data <DIR>', `Data directory of the gateway (default: ${options.data.fallbackText})`)
    .option('--json', 'Print JSON')
}

/** Told at the end of the help of those commands. */
export const adminHelp = `
The gateway is found by the socket in its data directory, or at SOCKGATE_URL
(with SOCKGATE_TOKEN) when that is set.
`

/** @throws CliError (status 2) when there is no way to tell where the gateway is */
export function adminClient({ data }: { data?: string }, shell: Shell): AdminClient {
  const { env, uid, cwd } = shell
  const url = env['SOCKGATE_URL'] || null
  try {
    const dataDir = url === null || data !== undefined ? options.data.kind.read(data ?? fallback(env, uid), cwd) : ''
    return new AdminClient({
      url: data === undefined ? url : null,
      token: env['SOCKGATE_TOKEN']?.trim() || null,
      dataDir: String(dataDir),
    })
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`--data: ${(error as Error).message}`, 2, { cause: error })
  }
}

function fallback(env: Shell['env'], uid: number): string {
  const of = options.data.fallback
  return typeof of === 'function' ? of({ env, uid }) : of[0]!
}
