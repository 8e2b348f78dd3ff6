import { InvalidArgumentError } from 'commander'

import type { CloseManyBody, CloseManyResult } from '../../shared/api.ts'
import { formatAge, formatCount } from '../../shared/units.ts'
import type { AdminClient } from './admin-client.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson } from './print.ts'
import { durationText } from './rules/commit-options.ts'
import { CliError } from './shell.ts'
import type { Shell } from './shell.ts'
import { oneLine } from './text.ts'

interface Flags {
  readonly data?: string
  readonly json?: true
  readonly code?: number
  readonly reason?: string
  readonly block?: string
  readonly filter?: string
  readonly pace?: number
  readonly over?: string
  readonly dryRun?: true
}

const notes = `
A filter is written as in the filter field of the page; all of its words must be true:
  service:pong   user:anna   client:10.0.0.0/8   rule:r-4k7m2p9w   state:paused   age>1h

Examples:
  sockgate close 3fa2c1-1b --reason "down for repairs"
  sockgate close 3fa2c1-1b --block 10m
  sockgate close --filter "service:pong age>1h" --pace 10/s --dry-run`

/** `sockgate close`: ends one connection, or all that a filter means. */
export const close: CommandEntry = {
  name: 'close',
  add(program, shell) {
    const command = program
      .command('close [ID]')
      .description('Close a connection, whose id "sockgate connections" shows, or all that a filter means')
      .option('--code <CODE>', 'Close code the client gets, such as 4000 (default: 4410)', closeCode)
      .option('--reason <TEXT>', 'Reason the client gets, at most 123 bytes', closeReason)
      .option('--block <DURATION>', 'Also add a rule that keeps its client out for so long', durationText)
      .option('--filter <TEXT>', 'In place of ID: close all open connections that it means, the oldest first')
      .option('--pace <N/s>', 'With --filter: how many a second (default: 100/s)', pace)
      .option('--over <DURATION>', 'With --filter: evenly over this time, in place of --pace', durationText)
      .option('--dry-run', 'With --filter: only tell how many')
    adminOptions(command)
      .addHelpText('after', adminHelp + notes)
      .action(async (id: string | undefined, flags: Flags) => {
        checkTogether(id, flags)
        const client = adminClient(flags, shell)
        if (id === undefined) await closeMany(shell, client, flags)
        else await closeOne(shell, client, id, flags)
      })
  },
}

function checkTogether(id: string | undefined, { filter, block, pace: paced, over, dryRun }: Flags): void {
  if ((id === undefined) === (filter === undefined)) {
    throw new CliError('say which connection: either its ID, or --filter for many', 2)
  }
  if (filter === '') throw new CliError('--filter is empty: all open connections are --filter state:open', 2)
  if (id === undefined && block !== undefined) throw new CliError('--block is for one connection, by its ID', 2)
  if (id !== undefined && (paced !== undefined || over !== undefined || dryRun)) {
    throw new CliError('--pace, --over and --dry-run are for many connections, by --filter', 2)
  }
  if (paced !== undefined && over !== undefined) throw new CliError('say either --pace or --over', 2)
}

async function closeOne(shell: Shell, client: AdminClient, id: string, flags: Flags): Promise<void> {
  const { code, reason, block } = flags
  const body = {
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(block !== undefined && { blockFor: block }),
  }
  const { location } = await client.ask('DELETE', `/connections/${encodeURIComponent(id)}`, { body })
  const rule = block === undefined ? null : (location?.split('/').at(-1) ?? null)
  if (flags.json) return printJson(shell, { closed: id, ...(rule !== null && { rule }) })
  const blocked = rule === null ? '' : ` The rule ${oneLine(rule)} keeps its client out for ${block}.`
  shell.stdout.write(`Closed ${oneLine(id)}.${blocked}\n`)
}

async function closeMany(shell: Shell, client: AdminClient, flags: Flags): Promise<void> {
  const { code, reason, filter = '', pace: perSecond, over, dryRun = false } = flags
  const body: CloseManyBody = {
    filter: { q: filter },
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(perSecond !== undefined && { pace: { perSecond } }),
    ...(over !== undefined && { over }),
    dryRun,
  }
  const { value } = await client.ask<CloseManyResult>('POST', '/connections/close', { body })
  if (flags.json) printJson(shell, value)
  else shell.stdout.write(`${oneLine(sentence(value))}\n`)
}

function sentence({ count, perService, takesMs, dryRun }: CloseManyResult): string {
  if (count === 0) return 'No open connection is meant; nothing is closed.'
  const which = Object.entries(perService)
    .toSorted(([, a], [, b]) => b - a)
    .map(([service, number]) => `${service} ${formatCount(number)}`)
  const time = takesMs < 1000 ? 'at once' : `within ${formatAge(takesMs)}`
  const what = `${formatCount(count)} ${count === 1 ? 'connection' : 'connections'} (${which.join(', ')})`
  return dryRun ? `Would close ${what} ${time}.` : `Closing ${what} ${time}.`
}

function closeCode(text: string): number {
  const code = /^\d{4}$/.test(text) ? Number(text) : 0
  // Which of them may be sent is for the gateway to say.
  if (code >= 1000 && code <= 4999) return code
  throw new InvalidArgumentError('It is a number from 1000 to 4999.')
}

function closeReason(text: string): string {
  const bytes = Buffer.byteLength(text)
  if (bytes <= 123) return text // what a close frame holds (RFC 6455, 5.5)
  throw new InvalidArgumentError(`It has ${bytes} bytes; a close frame holds 123.`)
}

function pace(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? []
  if (number !== undefined) return Number(number)
  throw new InvalidArgumentError('It is a number a second, such as 10/s.')
}
