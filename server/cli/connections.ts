import { Option } from 'commander'

import { formatCount } from '../../shared/units.ts'
import type { StateFilter } from './admin-client.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { connectionColumns } from './connection-columns.ts'
import { printJson, printTable } from './print.ts'
import { CliError } from './shell.ts'
import { watchConnections } from './watch.ts'

const examples = `
A filter has words that must all be true: service:pong, user:anna,
client:10.0.0.0/8, origin:none, rule:r-4k7m2p9w, state:paused, age>1h, or any text.

With --watch and no terminal, each connection that opens or ends gives a line;
with --json as well, each event of the gateway.

Examples:
  sockgate connections
  sockgate connections --watch
  sockgate connections --filter "service:pong user:anna age>1h"
  sockgate connections --state refused --json`

interface Options {
  readonly data?: string
  readonly json?: true
  readonly watch?: true
  readonly state: StateFilter
  readonly filter?: string
}

/** `sockgate connections`: who is connected to what, once or live. */
export const connections: CommandEntry = {
  name: 'connections',
  add(program, shell) {
    const command = program
      .command('connections')
      .description('Show who is connected to what: ↑ is client to service, ↓ service to client')
      .option('--watch', 'Show it live until q or Ctrl-C')
      .option('--filter <TEXT>', 'Only those that it means, as in the filter field of the page')
      .addOption(
        new Option('--state <STATE>', 'Which ones').choices(['open', 'closed', 'refused', 'all']).default('open'),
      )
    adminOptions(command)
      .addHelpText('after', adminHelp + examples)
      .action(async (options: Options) => {
        const client = adminClient(options, shell)
        const { state, filter } = options
        if (options.watch) {
          if (filter !== undefined) throw new CliError('--filter and --watch do not go together yet; leave one out', 2)
          return watchConnections(shell, client, { state, json: options.json === true })
        }
        const found = await client.connections(state, filter)
        if (options.json) return printJson(shell, found)
        if (found.length === 0) {
          shell.stdout.write(`${none(options)}\n`)
          return
        }
        const now = Date.now()
        printTable(
          shell,
          connectionColumns,
          found.map((connection) => ({ connection, now, rates: null })),
        )
        if (shell.stdout.isTTY === true) shell.stdout.write(`${formatCount(found.length)} in all\n`)
      })
  },
}

function none({ state, filter }: Options): string {
  if (filter !== undefined) return state === 'all' ? 'No connection is meant.' : `No ${state} connection is meant.`
  return state === 'all' ? 'There was no connection yet.' : `No connection is ${state}.`
}
