import { Option } from 'commander'

import { formatCount } from '../../shared/units.ts'
import type { StateFilter } from './admin-client.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { connectionColumns } from './connection-columns.ts'
import { printJson, printTable } from './print.ts'
import { watchConnections } from './watch.ts'

const examples = `
With --watch and no terminal, each connection that opens or ends gives a line;
with --json as well, each event of the gateway.

Examples:
  sockgate connections
  sockgate connections --watch
  sockgate connections --state refused --json`

/** `sockgate connections`: who is connected to what, once or live. */
export const connections: CommandEntry = {
  name: 'connections',
  add(program, shell) {
    const command = program
      .command('connections')
      .description('Show who is connected to what: ↑ is client to service, ↓ service to client')
      .option('--watch', 'Show it live until q or Ctrl-C')
      .addOption(
        new Option('--state <STATE>', 'Which ones').choices(['open', 'closed', 'refused', 'all']).default('open'),
      )
    adminOptions(command)
      .addHelpText('after', adminHelp + examples)
      .action(async (options: { data?: string; json?: true; watch?: true; state: StateFilter }) => {
        const client = adminClient(options, shell)
        const { state } = options
        if (options.watch) return watchConnections(shell, client, { state, json: options.json === true })
        const found = await client.connections(state)
        if (options.json) return printJson(shell, found)
        if (found.length === 0) {
          shell.stdout.write(state === 'all' ? 'There was no connection yet.\n' : `No connection is ${state}.\n`)
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
