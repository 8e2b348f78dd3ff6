import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'

import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { PolicyError } from '../../../shared/policy/document.ts'
import { parseLine } from '../../../shared/policy/line.ts'
import type { AdminClient } from '../admin-client.ts'
import { adminClient, adminHelp, adminOptions } from '../admin-options.ts'
import { printJson } from '../print.ts'
import { ruleWords } from '../rule-words.ts'
import { CliError } from '../shell.ts'
import type { Shell } from '../shell.ts'
import { oneLine } from '../text.ts'
import { commitOptions, commitQuery } from './commit-options.ts'
import type { CommitFlags } from './commit-options.ts'

const addNotes = `
Quote * and # from the shell, or the whole line. As in ipcd, the first word may have
dashes: --deny in pong 10.0.0.0/8.

Examples:
  sockgate rules add "allow in authd tls:example.com"
  sockgate rules add deny in pong 192.0.2.7 until=2026-12-31T18:00:00Z --existing close
  sockgate rules add redirect authd nextversion-authd percent=10 --comment trial
  sockgate rules add "test deny in pong 10.9.9.9"`

type Flags = CommitFlags & { readonly data?: string; readonly json?: true; readonly before?: string }

export function addEdits(parent: Command, shell: Shell): void {
  addAdd(parent, shell)
  addMove(parent, shell)
  addRemove(parent, shell)
}

function addAdd(parent: Command, shell: Shell): void {
  const command = parent
    .command('add <LINE...>')
    .description('Add a rule, redirect or test; it is judged first unless --before says otherwise')
    .option('--before <ID>', 'Put it in front of this one')
    // The name of a service may begin with a dash (-/admin); what is no option is told as no rule.
    .allowUnknownOption()
  adminOptions(commitOptions(command))
    .addHelpText('after', adminHelp + addNotes)
    .action(async (words: string[], flags: Flags) => {
      const { list, value } = readLine(words)
      const { before } = flags
      const body = { ...value, ...(before !== undefined && { before }) }
      const path = `/policy/${list}?${commitQuery(flags)}`
      const added = await adminClient(flags, shell).ask<{ id: string }>('POST', path, { body })
      if (flags.json) printJson(shell, added.value)
      else shell.stdout.write(`Added ${added.value.id} as ${versionOf(added.etag)}.\n${waiting(flags)}`)
    })
}

function addMove(parent: Command, shell: Shell): void {
  const command = parent
    .command('move <ID> [BEFORE]')
    .description('Move a rule or redirect in front of another, or to the end')
  adminOptions(commitOptions(command))
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules move r-4k7m2p9w r-8n3xq2vd`)
    .action(async (id: string, before: string | undefined, flags: Flags) => {
      const client = adminClient(flags, shell)
      const path = `/policy/${await listOf(client, id)}/${encodeURIComponent(id)}/move?${commitQuery(flags)}`
      const { value, etag } = await client.ask<object>('POST', path, { body: { before: before ?? null } })
      if (flags.json) printJson(shell, value)
      else shell.stdout.write(`Moved ${oneLine(id)} as ${versionOf(etag)}.\n${waiting(flags)}`)
    })
}

function addRemove(parent: Command, shell: Shell): void {
  const command = parent.command('rm <ID>').description('Remove a rule, redirect or test')
  adminOptions(commitOptions(command))
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules rm r-4k7m2p9w --existing close`)
    .action(async (id: string, flags: Flags) => {
      const client = adminClient(flags, shell)
      const path = `/policy/${await listOf(client, id)}/${encodeURIComponent(id)}?${commitQuery(flags)}`
      const { etag } = await client.ask('DELETE', path)
      if (flags.json) printJson(shell, { removed: id })
      else shell.stdout.write(`Removed ${oneLine(id)} as ${versionOf(etag)}.\n${waiting(flags)}`)
    })
}

/** One line of the text form, for what the API has lists of. */
function readLine([first = '', ...rest]: readonly string[]) {
  const words = [first.replace(/^--(?=(allow|deny|redirect)\b)/, ''), ...rest]
  const parsed = parsedLine(ruleWords(words))
  if (parsed.list !== 'defaults') return parsed
  throw new CliError('a default cannot be added: change it with "sockgate rules apply", or add a rule for * *', 2)
}

function parsedLine(line: string) {
  try {
    return parseLine(line)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const [first] = error.problems
    const column = first?.column === undefined ? '' : ` (at character ${first.column})`
    throw new CliError(`this is no rule${column}: ${first?.message ?? error.message}`, 2, { cause: error })
  }
}

/** Which list an id is in, as the paths of the API name it. */
async function listOf(client: AdminClient, id: string): Promise<'rules' | 'redirects' | 'tests'> {
  const { value } = await client.ask<PolicyDocument>('GET', '/policy')
  const found = (['rules', 'redirects', 'tests'] as const).find((list) => value[list].some((entry) => entry.id === id))
  if (found !== undefined) return found
  const why = id.startsWith('fixed-')
    ? 'it comes from the command line or the file and is changed there'
    : 'see "sockgate rules show"'
  throw new CliError(`no rule, redirect or test that can be changed has the id ${oneLine(id)}: ${why}`, 1)
}

/** `version 12` of an ETag. */
export function versionOf(etag: string | null): string {
  return `version ${etag?.replaceAll('"', '') ?? '?'}`
}

/** What to do next, when it waits. */
export function waiting({ confirm }: CommitFlags): string {
  return confirm === undefined ? '' : `Keep it with "sockgate rules confirm" within ${confirm}, or it goes back.\n`
}

/** A version number. */
export function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is the number of a version, as "rules history" shows it.')
}
