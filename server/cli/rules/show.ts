import type { Command } from 'commander'
import { createColors } from 'picocolors'

import type { Finding, PolicyState, RuleHits } from '../../../shared/api.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { formatAge, formatCount } from '../../../shared/units.ts'
import type { AdminClient } from '../admin-client.ts'
import { adminClient, adminHelp, adminOptions } from '../admin-options.ts'
import { printJson, printTable } from '../print.ts'
import { colorful } from '../shell.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'
import { oneLine } from '../text.ts'
import { isNews, lineOf } from './entry-lines.ts'

/** One rule as the table shows it. */
interface Row {
  readonly order: number
  readonly id: string
  readonly line: string
  readonly enabled: boolean
  readonly hits: RuleHits | undefined
}

const columns: readonly Column<Row>[] = [
  { title: '#', align: 'right', value: ({ order }) => String(order), color: () => 'dim' },
  {
    title: 'RULE',
    value: ({ line }) => line,
    min: 44,
    color: ({ enabled, line }) => (enabled ? colorOf(line) : 'dim'),
  },
  { title: 'HITS', align: 'right', value: ({ hits }) => (hits ? formatCount(hits.hits) : '–') },
  { title: 'LAST', align: 'right', value: ({ hits }) => lastHit(hits), priority: 1, color: () => 'dim' },
  { title: 'ID', value: ({ id }) => id, color: () => 'dim' },
]

/** What `rules show` asks the gateway for. */
interface InForce {
  readonly document: PolicyDocument
  readonly state: PolicyState
  readonly hits: Readonly<Record<string, RuleHits>>
  readonly findings: readonly Finding[]
}

export function addShow(parent: Command, shell: Shell): void {
  const command = parent.command('show').description('Show the rules in the order in which they are judged')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules show`)
    .action(async (options: { data?: string; json?: true }) => {
      const client = adminClient(options, shell)
      const inForce = await read(client)
      if (options.json) return printJson(shell, inForce)
      show(shell, inForce)
    })
}

async function read(client: AdminClient): Promise<InForce> {
  const [document, state, hits, findings] = await Promise.all([
    client.ask<PolicyDocument>('GET', '/policy'),
    client.ask<PolicyState>('GET', '/policy/state'),
    client.ask<{ hits: Record<string, RuleHits> }>('GET', '/policy/hits'),
    client.ask<{ findings: Finding[] }>('GET', '/policy/findings'),
  ])
  return { document: document.value, state: state.value, hits: hits.value.hits, findings: findings.value.findings }
}

function show(shell: Shell, { document, state, hits, findings }: InForce): void {
  const row = (id: string, line: string, enabled: boolean, order: number): Row => ({
    order,
    id,
    line,
    enabled,
    hits: hits[id],
  })
  const { current, pending, fixed, managed } = state
  const redirects = [...fixed.redirects, ...document.redirects]
  const rules = [...fixed.rules, ...document.rules]
  const out = (line: string) => shell.stdout.write(`${oneLine(line)}\n`)
  out(
    `Version ${current.version}, by ${current.author} at ${instant(current.at)}${managed ? `, from ${managed.path}` : ''}`,
  )
  if (managed?.drift) out(`The file is not what is in force: ${managed.drift}.`)
  if (pending) {
    const left = Math.max(0, Math.round((pending.deadline - Date.now()) / 1000))
    out(`It waits for "sockgate rules confirm": in ${left} s version ${pending.revertTo} returns.`)
  }
  if (redirects.length > 0) {
    shell.stdout.write('\nRedirects\n')
    printTable(
      shell,
      columns,
      redirects.map((each, at) => row(each.id, lineOf(each), each.enabled, at + 1)),
    )
  }
  shell.stdout.write('\nFirewall\n')
  const defaults = (['in', 'out'] as const).map((direction, at) =>
    row(`default-${direction}`, `${document.defaults[direction]} ${direction} * *`, true, rules.length + at + 1),
  )
  printTable(shell, columns, [
    ...rules.map((each, at) => row(each.id, lineOf(each), each.enabled, at + 1)),
    ...defaults,
  ])
  const { yellow } = createColors(colorful(shell.stdout, shell.env))
  const notes = findings.filter(isNews).map(({ id, message }) => oneLine(`${id} ${message}`))
  if (notes.length > 0) shell.stdout.write(`\n${notes.map(yellow).join('\n')}\n`)
}

function colorOf(line: string) {
  if (line.startsWith('deny')) return 'red'
  return line.startsWith('allow') ? 'green' : 'cyan'
}

const lastHit = (hits: RuleHits | undefined) =>
  hits === undefined || hits.lastAt === null ? '–' : `${formatAge(Date.now() - hits.lastAt)} ago`

/** `2026-12-31 18:00:00Z` */
export function instant(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}
