import type { PolicyState } from '../../shared/api.ts'
import type { ServiceInfo } from '../../shared/connection.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { formatCount } from '../../shared/units.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson, printTable } from './print.ts'
import { sentTo } from './sent-to.ts'
import type { Column } from './table.ts'

/** A service, or a name that only a redirect knows. */
interface Row {
  readonly name: string
  readonly service: ServiceInfo | null
  readonly sentTo: string
}

const columns: readonly Column<Row>[] = [
  { title: 'SERVICE', value: ({ name }) => name, min: 8, color: () => 'cyan' },
  { title: 'CODEC', value: ({ service }) => service?.codec ?? '–' },
  {
    title: 'OPEN',
    align: 'right',
    value: ({ service }) => (service?.connections ? formatCount(service.connections) : '–'),
  },
  { title: 'FROM', value: ({ service }) => service?.from ?? 'redirect', priority: 2, color: () => 'dim' },
  { title: 'TARGET', value: ({ service }) => service?.target ?? '–', min: 16, priority: 1 },
  { title: 'REDIRECTED TO', value: (row) => row.sentTo, optional: true, min: 13, color: () => 'yellow' },
  {
    title: 'LAST ERROR',
    value: ({ service }) => service?.lastError ?? '',
    optional: true,
    min: 24,
    color: () => 'red',
  },
]

/** `sockgate list`: the services that clients can ask for. */
export const list: CommandEntry = {
  name: 'list',
  add(program, shell) {
    const command = program
      .command('list')
      .description('List the services that clients can ask for, and where redirects send them')
    adminOptions(command)
      .addHelpText('after', `${adminHelp}\nExample:\n  sockgate list`)
      .action(async (options: { data?: string; json?: true }) => {
        const client = adminClient(options, shell)
        const services = await client.services()
        if (options.json) return printJson(shell, services)
        const { value: document } = await client.ask<PolicyDocument>('GET', '/policy')
        const { value: state } = await client.ask<PolicyState>('GET', '/policy/state')
        const redirects = sentTo([...state.fixed.redirects, ...document.redirects], Date.now())
        const known = new Map<string, ServiceInfo | null>(redirects.names.map((name) => [name, null]))
        for (const service of services) known.set(service.name, service)
        const rows = [...known]
          .map(([name, service]): Row => ({ name, service, sentTo: redirects.of(name) }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        if (rows.length > 0) return printTable(shell, columns, rows)
        shell.stdout.write('There are no services: no socket is in the run dir, and none is defined.\n')
      })
  },
}
