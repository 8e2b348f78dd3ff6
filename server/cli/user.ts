import { Option } from 'commander'
import type { Command } from 'commander'

import { ROLES } from '../../shared/api.ts'
import type { Role, UserInfo } from '../../shared/api.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import { askPassword } from './ask.ts'
import type { CommandEntry } from './command.ts'
import { printJson, printTable } from './print.ts'
import { CliError } from './shell.ts'
import type { Shell } from './shell.ts'
import type { Column } from './table.ts'
import { oneLine } from './text.ts'

interface Options {
  readonly data?: string
  readonly json?: true
  readonly role: Role
  readonly group?: string[]
  readonly certificate?: string
  readonly password: boolean
}

interface Changes {
  readonly data?: string
  readonly json?: true
  readonly role?: Role
  readonly group?: string[]
  readonly groups?: boolean
  /** False with `--no-certificate`, true when nothing is said. */
  readonly certificate?: string | boolean
  readonly password?: boolean
  readonly enable?: true
  readonly disable?: true
}

const columns: readonly Column<UserInfo>[] = [
  { title: 'USER', value: ({ name }) => name, min: 8, color: ({ enabled }) => (enabled ? 'cyan' : 'dim') },
  { title: 'ROLE', value: ({ role }) => role },
  { title: 'GROUPS', value: ({ groups }) => groups.join(' '), min: 8, priority: 1, optional: true },
  { title: 'SIGNS IN BY', value: signsInBy },
  { title: 'CERTIFICATE', value: ({ certificate }) => certificate ?? '', min: 12, priority: 3, optional: true },
  { title: 'SINCE', value: ({ createdAt }) => day(createdAt), priority: 2, color: () => 'dim' },
  { title: 'STATE', value: ({ enabled }) => (enabled ? '' : 'disabled'), optional: true, color: () => 'yellow' },
]

/** `sockgate user`: accounts of administrators and clients. */
export const user: CommandEntry = {
  name: 'user',
  add(program, shell) {
    const command = program
      .command('user')
      .helpCommand(false)
      .description('Manage the accounts of administrators and clients')
    command.addHelpText('after', '\nExamples:\n  sockgate user add anna --role operator')
    addAdd(command, shell)
    addSet(command, shell)
    addPasswd(command, shell)
    addRemove(command, shell)
    addList(command, shell)
  },
}

function addAdd(parent: Command, shell: Shell): void {
  const command = parent
    .command('add <NAME>')
    .description('Add an account; asks for its pass phrase, or reads it from standard input')
    .addOption(new Option('--role <ROLE>', 'What it may do').choices([...ROLES]).default('client'))
    .option('--group <NAME>', 'A group, for rules such as "allow in pong group:staff"; repeatable', gather)
    .option('--certificate <SUBJECT>', 'Subject of the client certificate that proves it, such as CN=anna')
    .option('--no-password', 'No pass phrase: it uses tokens or a certificate only (clients never have one)')
  adminOptions(command)
    .addHelpText(
      'after',
      `${adminHelp}\nExamples:\n  sockgate user add anna --role operator\n  sockgate user add till --group shop`,
    )
    .action(async (name: string, options: Options) => {
      const { role, group: groups, certificate } = options
      const asks = options.password && role !== 'client'
      const password = asks ? await askPassword(shell, name) : undefined
      const body = { name, role, groups, certificate, password }
      const { value } = await adminClient(options, shell).ask<UserInfo>('POST', '/users', { body })
      if (options.json) printJson(shell, value)
      else shell.stdout.write(`Added ${oneLine(name)}, ${role}.\n`)
    })
}

function addSet(parent: Command, shell: Shell): void {
  const command = parent
    .command('set <NAME>')
    .description('Change an account; what is not said stays, and what loses its right ends')
    .addOption(new Option('--role <ROLE>', 'What it may do').choices([...ROLES]))
    .option('--group <NAME>', 'Its groups from now on; repeatable', gather)
    .option('--no-groups', 'It is in no group')
    .option('--certificate <SUBJECT>', 'Subject of the client certificate that proves it')
    .option('--no-certificate', 'No certificate proves it')
    .option('--no-password', 'Take its pass phrase away: it uses tokens or a certificate only')
    .option('--disable', 'Let it do nothing, and end its sessions and connections')
    .option('--enable', 'Let it do again what it may')
  adminOptions(command)
    .addHelpText(
      'after',
      `${adminHelp}\nExamples:\n  sockgate user set anna --role viewer\n  sockgate user set till --disable`,
    )
    .action(async (name: string, options: Changes) => {
      const path = `/users/${encodeURIComponent(name)}`
      const body = changes(options)
      const { value } = await adminClient(options, shell).ask<UserInfo>('PATCH', path, { body })
      if (options.json) printJson(shell, value)
      else shell.stdout.write(`Changed ${oneLine(name)}.\n`)
    })
}

/** As the API takes it. @throws CliError when there is none, or they contradict each other */
function changes({ role, group, groups, certificate, password, enable, disable }: Changes): object {
  if (enable && disable) throw new CliError('say either --enable or --disable', 2)
  if (group !== undefined && groups === false) throw new CliError('say either --group or --no-groups', 2)
  const said = {
    ...(role !== undefined && { role }),
    ...(group !== undefined && { groups: group }),
    ...(groups === false && { groups: [] }),
    ...(certificate !== undefined && certificate !== true && { certificate: certificate || null }),
    ...(password === false && { password: null }),
    ...((enable || disable) && { enabled: enable === true }),
  }
  if (Object.keys(said).length > 0) return said
  throw new CliError('nothing is to be changed: say what, such as --role viewer', 2)
}

function addPasswd(parent: Command, shell: Shell): void {
  const command = parent.command('passwd <NAME>').description('Set the pass phrase of an account; its sessions end')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate user passwd anna`)
    .action(async (name: string, options: Options) => {
      const body = { password: await askPassword(shell, name) }
      const path = `/users/${encodeURIComponent(name)}`
      const { value } = await adminClient(options, shell).ask<UserInfo>('PATCH', path, { body })
      if (options.json) printJson(shell, value)
      else shell.stdout.write(`${oneLine(name)} has a new pass phrase.\n`)
    })
}

function addRemove(parent: Command, shell: Shell): void {
  const command = parent
    .command('rm <NAME>')
    .description('Remove an account with its tokens; its sessions and connections end')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate user rm anna`)
    .action(async (name: string, options: Options) => {
      await adminClient(options, shell).ask('DELETE', `/users/${encodeURIComponent(name)}`)
      if (options.json) printJson(shell, { removed: name })
      else shell.stdout.write(`Removed ${oneLine(name)}.\n`)
    })
}

function addList(parent: Command, shell: Shell): void {
  const command = parent.command('list').description('List the accounts')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate user list`)
    .action(async (options: Options) => {
      const { value } = await adminClient(options, shell).ask<{ users: UserInfo[] }>('GET', '/users')
      if (options.json) printJson(shell, value.users)
      else if (value.users.length > 0) printTable(shell, columns, value.users)
      else shell.stdout.write('There is no account yet: add one with "sockgate user add NAME --role admin".\n')
    })
}

function signsInBy({ hasPassword, certificate }: UserInfo): string {
  const ways = [...(hasPassword ? ['pass phrase'] : []), ...(certificate === null ? [] : ['certificate'])]
  return ways.length === 0 ? 'token' : ways.join(', ')
}

const gather = (text: string, before: string[] = []): string[] => [...before, text]

/** `2026-12-31` in UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
