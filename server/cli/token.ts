import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'

import { TOKEN_SCOPES } from '../../shared/api.ts'
import type { NewToken, TokenInfo, TokenScope } from '../../shared/api.ts'
import { formatAge, parseDuration } from '../../shared/units.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson, printTable } from './print.ts'
import type { Shell } from './shell.ts'
import type { Column } from './table.ts'
import { oneLine } from './text.ts'
import { day } from './user.ts'

interface Options {
  readonly data?: string
  readonly json?: true
  readonly name?: string
  readonly scope: TokenScope
  readonly expires?: number
}

const columns: readonly Column<TokenInfo>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'NAME', value: ({ name }) => name, min: 8 },
  { title: 'USER', value: ({ user }) => user, min: 8, color: () => 'cyan' },
  { title: 'SCOPE', value: ({ scope }) => scope },
  {
    title: 'LAST USED',
    value: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : `${formatAge(Date.now() - lastUsedAt)} ago`),
  },
  {
    title: 'ENDS',
    value: ({ expiresAt }) => (expiresAt === null ? 'never' : day(expiresAt)),
    priority: 1,
    color: ends,
  },
  { title: 'SINCE', value: ({ createdAt }) => day(createdAt), priority: 2, color: () => 'dim' },
]

/** `sockgate token`: what clients and scripts show instead of a pass phrase. */
export const token: CommandEntry = {
  name: 'token',
  add(program, shell) {
    const command = program.command('token').helpCommand(false).description('Manage the tokens of clients and scripts')
    command.addHelpText('after', '\nExample:\n  sockgate token add anna --name laptop')
    addAdd(command, shell)
    addRemove(command, shell)
    addList(command, shell)
  },
}

function addAdd(parent: Command, shell: Shell): void {
  const command = parent
    .command('add <USER>')
    .description('Make a token for an account, and print it: it is shown this once')
    .option('--name <TEXT>', 'What it is for (default: token)')
    .addOption(
      new Option('--scope <SCOPE>', 'connect: to services; the others: the API, with that role')
        .choices([...TOKEN_SCOPES])
        .default('connect'),
    )
    .option('--expires <DURATION>', 'How long it is good, such as 24h or 720h (default: for ever)', lifetime)
  adminOptions(command)
    .addHelpText(
      'after',
      `${adminHelp}\nExamples:\n  sockgate token add anna --name laptop\n  sockgate token add deploy --scope operator --expires 720h`,
    )
    .action(async (user: string, options: Options) => {
      const { name = 'token', scope, expires } = options
      const expiresAt = expires === undefined ? null : Date.now() + expires
      const body = { user, name, scope, expiresAt }
      const { value } = await adminClient(options, shell).ask<NewToken>('POST', '/tokens', { body })
      if (options.json) return printJson(shell, value)
      // The token alone goes to stdout, so that a script can take it.
      shell.stderr.write(`Token ${value.id} of ${oneLine(user)}, scope ${scope}. It is not shown again:\n`)
      shell.stdout.write(`${value.token}\n`)
    })
}

function addRemove(parent: Command, shell: Shell): void {
  const command = parent.command('rm <ID>').description('Revoke a token; connections and sessions made with it end')
  adminOptions(command)
    // An id may begin with a dash.
    .allowUnknownOption()
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate token rm k0YV8LaSB7dH`)
    .action(async (id: string, options: Options) => {
      await adminClient(options, shell).ask('DELETE', `/tokens/${encodeURIComponent(id)}`)
      if (options.json) printJson(shell, { removed: id })
      else shell.stdout.write(`Revoked ${oneLine(id)}.\n`)
    })
}

function addList(parent: Command, shell: Shell): void {
  const command = parent.command('list').description('List the tokens; what they are is never shown again')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate token list`)
    .action(async (options: Options) => {
      const { value } = await adminClient(options, shell).ask<{ tokens: TokenInfo[] }>('GET', '/tokens')
      if (options.json) printJson(shell, value.tokens)
      else if (value.tokens.length > 0) printTable(shell, columns, value.tokens)
      else shell.stdout.write('There is no token: make one with "sockgate token add USER".\n')
    })
}

function ends({ expiresAt }: TokenInfo) {
  return expiresAt !== null && expiresAt < Date.now() ? 'red' : null
}

function lifetime(text: string): number {
  try {
    const ms = parseDuration(text)
    if (ms > 0) return ms
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`)
  }
  throw new InvalidArgumentError('It must be good for some time, such as 24h.')
}
