import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import type { CommitBody, ConnectionList, NewToken, PolicyState, Role, TokenScope } from '../../shared/api.ts'
import type { ConnectionInfo, ServiceInfo, StatusInfo } from '../../shared/connection.ts'
import { built, Program, sockgate, type Ended } from './program.ts'

const START_TIMEOUT_MS = 30_000

/** The administrator that tests make. */
export const ADMIN = { name: 'admin', password: 'a pass phrase for tests' }

/** A line of the log. */
export interface LogLine {
  readonly msg: string
  readonly level: string
  readonly id?: string
  readonly service?: string
  readonly cause?: string
  readonly close?: number
  readonly status?: number
  readonly detail?: string
  readonly applied?: readonly string[]
  readonly end?: string
  readonly err?: { readonly message: string }
}

export interface GatewayOptions {
  /** Default: a free port. */
  readonly listen?: readonly string[]
  /** Default: a free port. */
  readonly admin?: string
  readonly env?: NodeJS.ProcessEnv
  /** `ulimit -n`. */
  readonly descriptors?: number
}

/** The built program, started as a user would, with directories of its own. */
export class Gateway {
  readonly program: Program
  readonly dir: string
  readonly rundir: string
  readonly data: string
  /** `ws://127.0.0.1:PORT`, or what stands first in the banner. */
  url = ''
  /** `http://127.0.0.1:PORT/`, empty when that is off. */
  dashboard = ''
  /** Where the first administrator is made, with the one-time token; empty when there is one. */
  setupLink = ''

  /** `dir` is a fresh directory, or that of a gateway that has ended. Resolves when the banner is out. */
  static async start(dir: string, args: readonly string[] = [], options: GatewayOptions = {}): Promise<Gateway> {
    const gateway = new Gateway(dir, args, options)
    const { program } = gateway
    const late = setTimeout(() => program.child.kill('SIGKILL'), START_TIMEOUT_MS)
    try {
      await program.said(/Ctrl-C ends it/)
    } finally {
      clearTimeout(late)
    }
    gateway.url = /WebSocket +(ws[^\s<]+?)(?:\/<service>)?\s/.exec(program.out)?.[1] ?? ''
    gateway.dashboard = /Dashboard +(\S+)/.exec(program.out)?.[1] ?? ''
    gateway.setupLink = /Set up +(\S+)/.exec(program.out)?.[1] ?? ''
    return gateway
  }

  private constructor(dir: string, args: readonly string[], options: GatewayOptions) {
    const { listen = ['ws://127.0.0.1:0'], admin = '127.0.0.1:0', descriptors } = options
    const env = { TMPDIR: dir, ...options.env } // so that a killed one leaves nothing in /tmp
    this.dir = dir
    this.rundir = join(dir, 'run')
    this.data = join(dir, 'data')
    const place = args.includes('--demo') ? [] : ['--rundir', this.rundir]
    const addresses = [...listen.flatMap((uri) => ['--listen', uri]), '--admin', admin]
    const all = ['serve', ...addresses, '--data', this.data, '--log-format', 'json', ...place, ...args]
    this.program =
      descriptors === undefined
        ? sockgate(all, env)
        : new Program(
            'sh',
            ['-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh', process.execPath, built('server/main.js'), ...all],
            { env },
          )
  }

  /** Lines of the log so far. */
  get log(): LogLine[] {
    const lines = this.program.err.split('\n').slice(0, -1)
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine)
  }

  /** The first line, past or to come, for which `found` holds. */
  logged(found: (line: LogLine) => boolean): Promise<LogLine> {
    return this.program.until(() => this.log.find(found))
  }

  /** `sockgate COMMAND...`, asking this gateway. */
  command(...args: readonly string[]): Promise<Ended> {
    return sockgate([...args, '--data', this.data]).end()
  }

  /** Asks the admin API over the socket in the data directory. */
  async api(
    path: string,
    method = 'GET',
    body?: object,
    more: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const socketPath = join(this.data, 'admin.sock')
    const headers = { host: 'localhost', ...(body && { 'content-type': 'application/json' }), ...more }
    const asked = request({ socketPath, path: `/api/v1${path}`, method, headers, agent: false })
    asked.end(body && JSON.stringify(body))
    const [response] = await once(asked, 'response')
    const answer = await text(response)
    if (response.statusCode >= 400) throw new Error(`${method} ${path}: ${answer}`)
    return answer === '' ? null : JSON.parse(answer)
  }

  /** Makes the first administrator, as the setup page does. @returns the session's cookie */
  async setUp(): Promise<string> {
    const token = new URL(this.setupLink).hash.replace('#token=', '')
    return cookieOf(await this.post('/setup', { token, ...ADMIN }))
  }

  /** Makes an account with ADMIN's pass phrase, by the socket in the data directory. */
  async addUser(name: string, role: Role): Promise<void> {
    await this.api('/users', 'POST', { name, role, password: ADMIN.password })
  }

  /** Makes an API token of this account. @returns the token */
  async addToken(user: string, scope: TokenScope): Promise<string> {
    return ((await this.api('/tokens', 'POST', { user, scope, name: scope })) as NewToken).token
  }

  /** Signs in over TCP, as the page does. @returns the session's cookie */
  async signIn(name: string, password = ADMIN.password): Promise<string> {
    return cookieOf(await this.post('/session', { name, password }))
  }

  /** Asks the admin API over TCP, as nobody. */
  post(path: string, body: object): Promise<Response> {
    return fetch(`${this.dashboard}api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  /** Brings the policy in force once more into force, with this rule on top. @returns the new version */
  async commitOnTop(rule: object, options: Omit<CommitBody, 'document'>): Promise<number> {
    const { version } = ((await this.api('/policy/state')) as PolicyState).current
    const document = (await this.api('/policy')) as { rules: object[] }
    const body = { document: { ...document, rules: [rule, ...document.rules] }, ...options }
    const state = await this.api('/policy/commit', 'POST', body, { 'if-match': `"${version}"` })
    return (state as PolicyState).current.version
  }

  async status(): Promise<StatusInfo> {
    return (await this.api('/status')) as StatusInfo
  }

  async connections(state: 'open' | 'closed' | 'refused'): Promise<readonly ConnectionInfo[]> {
    return ((await this.api(`/connections?state=${state}`)) as ConnectionList).connections
  }

  async connection(id: string): Promise<ConnectionInfo> {
    return (await this.api(`/connections/${id}`)) as ConnectionInfo
  }

  async services(): Promise<readonly ServiceInfo[]> {
    return ((await this.api('/services')) as { services: ServiceInfo[] }).services
  }

  async serviceNames(): Promise<string[]> {
    return (await this.services()).map(({ name }) => name)
  }

  /** `/-/healthz` and its like, over TCP. */
  async health(path: 'healthz' | 'readyz'): Promise<number> {
    const response = await fetch(`${this.url.replace('ws://', 'http://')}/-/${path}`)
    await response.body?.cancel()
    return response.status
  }

  signal(signal: NodeJS.Signals): void {
    this.program.child.kill(signal)
  }
}

/** The session that an answer hands out. @throws Error when it refuses */
async function cookieOf(response: Response): Promise<string> {
  const [, value] = /^__Host-sockgate=([^;]+)/.exec(response.headers.get('set-cookie') ?? '') ?? []
  if (value === undefined) throw new Error(await response.text())
  return value
}

/** CPU time of a process and its threads so far, in ms. */
export function cpuMs(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) * 10 // in ticks of USER_HZ, 100 a second on every Linux that Node runs on
}

/** Files below a directory, as a test may ask what is left of it; empty when it is gone. */
export function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

/** Removes a directory with all that is in it. */
export function removeAll(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
}
