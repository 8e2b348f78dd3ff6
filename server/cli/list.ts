import type { ServiceInfo } from '../../shared/connection.ts'
import { formatCount } from '../../shared/units.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson, printTable } from './print.ts'
import type { Column } from './table.ts'

const columns: readonly Column<ServiceInfo>[] = [
  { title: 'SERVICE', value: ({ name }) => name, min: 8, color: () => 'cyan' },
  { title: 'CODEC', value: ({ codec }) => codec },
  { title: 'OPEN', align: 'right', value: ({ connections }) => (connections === 0 ? '–' : formatCount(connections)) },
  { title: 'FROM', value: ({ from }) => from, priority: 2, color: () => 'dim' },
  { title: 'TARGET', value: ({ target }) => target, min: 16, priority: 1 },
  { title: 'LAST ERROR', value: ({ lastError }) => lastError ?? '', optional: true, min: 24, color: () => 'red' },
]

/** `sockgate list`: the services that clients can ask for. */
export const list: CommandEntry = {
  name: 'list',
  add(program, shell) {
    const command = program.command('list').description('List the services that clients can ask for')
    adminOptions(command)
      .addHelpText('after', `${adminHelp}\nExample:\n  sockgate list`)
      .action(async (options: { data?: string; json?: true }) => {
        const services = await adminClient(options, shell).services()
        if (options.json) printJson(shell, services)
        else if (services.length > 0) printTable(shell, columns, services)
        else shell.stdout.write('There are no services: no socket is in the run dir, and none is defined.\n')
      })
  },
}
