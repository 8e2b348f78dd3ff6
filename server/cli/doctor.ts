import { statfsSync, statSync } from 'node:fs'

import { createColors } from 'picocolors'

import type { AuditVerdict, Finding, PolicyState, TestResult, UserInfo } from '../../shared/api.ts'
import type { ServiceInfo, StatusInfo } from '../../shared/connection.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { formatBytes } from '../../shared/units.ts'
import { packageVersion } from '../version.ts'
import type { AdminClient } from './admin-client.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson } from './print.ts'
import { entryLines, failureLines, findingLines } from './rules/entry-lines.ts'
import { CliError, colorful } from './shell.ts'
import type { Shell } from './shell.ts'
import { counted, oneLine } from './text.ts'
import { Refusal } from './trouble.ts'

/** What was looked at. `advice` says what to do where something is wrong. */
interface Check {
  readonly state: 'ok' | 'note' | 'wrong'
  readonly what: string
  readonly advice?: string
}

/** Less than this on the disk of the data directory, and changes of the policy may soon be refused. */
const FREE_MIN = 64 * 1024 * 1024

/** `sockgate doctor`: looks for what is wrong, and says what to do. */
export const doctor: CommandEntry = {
  name: 'doctor',
  add(program, shell) {
    const command = program
      .command('doctor')
      .description('Look for what is wrong with the gateway and this machine, and say what to do')
    adminOptions(command)
      .addHelpText(
        'after',
        `${adminHelp}\nExit status: 0 when nothing is wrong, else 1.\n\nExample:\n  sockgate doctor`,
      )
      .action(async (options: { data?: string; json?: true }) => {
        const checks = await examine(adminClient(options, shell))
        if (options.json) printJson(shell, checks)
        else print(shell, checks)
        const wrong = checks.filter(({ state }) => state === 'wrong').length
        if (wrong > 0) throw new CliError(wrong === 1 ? 'one thing is wrong' : `${wrong} things are wrong`, 1)
      })
  },
}

async function examine(client: AdminClient): Promise<Check[]> {
  const checks: Check[] = [{ state: 'ok', what: `Node ${process.versions.node}, sockgate ${packageVersion()}` }]
  let status: StatusInfo
  try {
    status = await client.status()
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return [...checks, wrong(error.message)]
  }
  const get = async <T>(path: string): Promise<T> => (await client.ask<T>('GET', path)).value
  checks.push(...running(status))
  // By URL it may be another machine's.
  if (client.dataDir !== null) checks.push(...directory('run dir', status.rundir, 0o002), ...dataDir(client.dataDir))
  checks.push(...services((await get<{ services: ServiceInfo[] }>('/services')).services))
  const state = await get<PolicyState>('/policy/state')
  const lines = entryLines(await get<PolicyDocument>('/policy'), state.fixed)
  checks.push(...policy(state))
  for (const line of findingLines((await get<{ findings: Finding[] }>('/policy/findings')).findings, lines)) {
    checks.push(note(line, 'sockgate rules show'))
  }
  const { tests } = await get<{ tests: TestResult[] }>('/policy/tests')
  if (tests.length > 0 && tests.every(({ pass }) => pass)) {
    checks.push({ state: 'ok', what: `${counted(tests.length, 'test')} of the policy` })
  }
  for (const line of failureLines(tests, lines)) {
    checks.push(wrong(`a test of the policy fails: ${line}`, 'change the rules, or the test'))
  }
  return [...checks, ...(await ofAdmin(client))]
}

/** What only an administrator may look at. */
async function ofAdmin(client: AdminClient): Promise<Check[]> {
  try {
    const { value: all } = await client.ask<{ users: UserInfo[] }>('GET', '/users')
    const { value: verdict } = await client.ask<AuditVerdict>('POST', '/audit/verify')
    return [...accounts(all.users), audit(verdict)]
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'role-needed') throw error
    return [note('accounts and the audit log were not looked at', error.message)]
  }
}

function running({ version, pid, state, listeners, warnings }: StatusInfo): Check[] {
  const other =
    version === packageVersion()
      ? []
      : [note(`the gateway is version ${version}`, 'restart it, or use its own command line')]
  const open = listeners
    .filter((uri) => uri.startsWith('ws://') && !/^ws:\/\/(127\.|\[::1\]|localhost)/.test(uri))
    .map((uri) =>
      note(`${uri} is not encrypted and not on loopback`, 'use wss:// with --tls-cert, or a proxy with TLS in front'),
    )
  return [
    { state: 'ok', what: `the gateway runs (process ${pid}, ${state}) and listens on ${listeners.join(', ')}` },
    ...other,
    ...warnings.map((warning) => note(warning)),
    ...open,
  ]
}

function directory(what: string, path: string, mustNot: number): Check[] {
  try {
    const mode = statSync(path).mode & 0o777
    if ((mode & mustNot) === 0) return [{ state: 'ok', what: `${what} ${path}` }]
    const more = (mode & ~mustNot).toString(8)
    return [wrong(`${what} ${path} may be changed by others`, `chmod ${more} ${path}`)]
  } catch (error) {
    return [wrong(`${what} ${path}: ${(error as Error).message}`)]
  }
}

function dataDir(path: string | null): Check[] {
  if (path === null) return [] // another machine's, perhaps
  const checks = directory('data directory', path, 0o077)
  try {
    const { bavail, bsize } = statfsSync(path)
    const free = bavail * bsize
    if (free < FREE_MIN)
      checks.push(
        wrong(`only ${formatBytes(free)} are free on its disk`, 'changes of the policy are refused when it is full'),
      )
  } catch {
    // told above
  }
  return checks
}

function services(list: readonly ServiceInfo[]): Check[] {
  const failing = list.filter(({ lastError }) => lastError !== null)
  const works: Check = { state: 'ok', what: counted(list.length, 'service') }
  return [works, ...failing.map(({ name, lastError }) => note(`${name} failed last: ${lastError}`))]
}

function policy({ current, pending, managed }: PolicyState): Check[] {
  return [
    { state: 'ok', what: `policy version ${current.version}` },
    ...(pending === null
      ? []
      : [note(`version ${pending.version} waits for its confirmation`, 'sockgate rules confirm, or rules rollback')]),
    ...(managed?.drift
      ? [note(`${managed.path}: ${managed.drift}`, 'the log of the gateway says why, when a SIGHUP did not help')]
      : []),
  ]
}

function accounts(users: readonly UserInfo[]): Check[] {
  const admins = users.filter(({ role, enabled, hasPassword }) => role === 'admin' && enabled && hasPassword)
  if (admins.length > 0) return [{ state: 'ok', what: counted(users.length, 'account') }]
  return [note('no administrator can sign in to the dashboard yet', 'sockgate user add NAME --role admin')]
}

const audit = ({ ok, message }: AuditVerdict): Check =>
  ok
    ? { state: 'ok', what: `audit log: ${message}` }
    : wrong(`audit log: ${message}`, 'keep a copy of the data directory, and find out who could write to it')

const note = (what: string, advice?: string): Check => ({
  state: 'note',
  what,
  ...(advice !== undefined && { advice }),
})

const wrong = (what: string, advice?: string): Check => ({
  state: 'wrong',
  what,
  ...(advice !== undefined && { advice }),
})

function print(shell: Shell, checks: readonly Check[]): void {
  const colors = createColors(colorful(shell.stdout, shell.env))
  const marks = { ok: colors.green('ok   '), note: colors.yellow('note '), wrong: colors.red('wrong') }
  for (const { state, what, advice } of checks) {
    shell.stdout.write(`${marks[state]}  ${oneLine(what)}\n`)
    if (advice !== undefined) shell.stdout.write(`       ${colors.dim(`→ ${oneLine(advice)}`)}\n`)
  }
}
