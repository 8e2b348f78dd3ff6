import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

import type { NewToken } from '../../shared/api.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import { startApp, type App } from '../app.ts'
import { readConfig, type Config } from '../config/config.ts'
import { createLog } from '../log.ts'
import type { ServiceEntry } from '../services/service.ts'
import { ServiceProcess, type Behaviour } from './service.ts'

/** A line of the gateway's log about a connection, or any other. */
export interface LogLine {
  readonly msg: string
  readonly level: string
  readonly id?: string
  readonly service?: string
  readonly cause?: string
  readonly close?: number
  readonly status?: number
  readonly detail?: string
}

export interface GateOptions extends Partial<Config> {
  /** Entries by name; a name alone stands for the socket of that name in the run dir. */
  readonly entries?: Readonly<Record<string, Partial<ServiceEntry>>>
}

/** A real gateway in this process, on a free port, with a run dir of its own, watched by its log and its API. */
export class Gate {
  readonly app: App
  readonly url: string
  readonly rundir: string
  readonly #home: string
  readonly #log: LogLines
  readonly #current: { config: Config }
  readonly #services: ServiceProcess[] = []
  #users = 0

  private constructor(app: App, home: string, log: LogLines, current: { config: Config }) {
    this.app = app
    this.url = app.urls.find(({ title }) => title === 'WebSocket')!.url
    this.rundir = current.config.rundir!
    this.#home = home
    this.#log = log
    this.#current = current
  }

  static async start(options: GateOptions = {}): Promise<Gate> {
    const home = mkdtempSync(join(tmpdir(), 'sg-'))
    const current = { config: configOf(home, options) }
    const log = new LogLines()
    const logger = createLog({ level: 'info', format: 'json', terminal: false, color: false }, log)
    mkdirSync(current.config.rundir!, { mode: 0o700 })
    try {
      const app = await startApp({ config: current.config, log: logger, readConfig: () => current.config })
      return new Gate(app, home, log, current)
    } catch (error) {
      rmSync(home, { recursive: true, force: true })
      throw error
    }
  }

  /** Where commands find it: `--data`. */
  get dataDir(): string {
    return join(this.#home, 'data')
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return new URL(this.url).host
  }

  get port(): string {
    return new URL(this.url).port
  }

  /** Starts a service in a process of its own on a socket of the run dir; `close` kills it. */
  async service(name: string, behaviour: Behaviour, backlog = 511): Promise<ServiceProcess> {
    const path = join(this.rundir, name)
    mkdirSync(dirname(path), { recursive: true })
    const service = new ServiceProcess(path, behaviour, backlog)
    this.#services.push(service)
    return service.listening()
  }

  /** Resolves when the gateway has handled everything that clients had sent it before the call. */
  async handled(): Promise<void> {
    const asked = request(`${this.url.replace('ws', 'http')}/-/healthz`, { agent: false }).end()
    const [response] = await once(asked, 'response')
    await text(response)
  }

  /** Changes the configuration as the file and SIGHUP would. */
  reload(changes: Partial<Config>): void {
    this.#current.config = { ...this.#current.config, ...changes }
    this.app.reload()
  }

  /** The next line, from the start of the log, that has these fields; each line is returned once. */
  logged(fields: Partial<LogLine>): Promise<LogLine> {
    return this.#log.find(fields)
  }

  /** Lines that nobody has asked for. */
  get unread(): readonly LogLine[] {
    return this.#log.lines
  }

  /** Asks the admin API through the socket in the data dir. */
  async api(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: unknown; headers: IncomingHttpHeaders }> {
    const sent = body ? JSON.stringify(body) : ''
    const headers = {
      host: 'localhost',
      'content-length': Buffer.byteLength(sent),
      ...(body && { 'content-type': 'application/json' }),
      ...more,
    }
    const socketPath = join(this.dataDir, 'admin.sock')
    const asked = request({ socketPath, path: `/api/v1${path}`, method, headers, agent: false })
    asked.end(sent)
    const [response] = await once(asked, 'response')
    const answer = await text(response)
    const json = /[/+]json/.test(response.headers['content-type'] ?? '')
    return { status: response.statusCode, body: json ? JSON.parse(answer) : answer, headers: response.headers }
  }

  /** A token with which a new client user may connect. */
  async newToken(): Promise<string> {
    const user = `user-${++this.#users}`
    await this.api('POST', '/users', { name: user, role: 'client' })
    const { body } = await this.api('POST', '/tokens', { user, name: 'test', scope: 'connect', expiresAt: null })
    return (body as NewToken).token
  }

  async connection(id: string): Promise<ConnectionInfo> {
    return (await this.api('GET', `/connections/${id}`)).body as ConnectionInfo
  }

  async connections(state: 'open' | 'closed' | 'refused'): Promise<readonly ConnectionInfo[]> {
    const { body } = await this.api('GET', `/connections?state=${state}`)
    return (body as { connections: ConnectionInfo[] }).connections
  }

  /** Asks for a connection over and over until it is as wanted. */
  async until(id: string, wanted: (info: ConnectionInfo) => boolean): Promise<ConnectionInfo> {
    for (;;) {
      const info = await this.connection(id)
      if (wanted(info)) return info
    }
  }

  /** How a connection ended, by its log line; the registry must say the same. @throws Error when it does not */
  async ending(id: string): Promise<{ readonly cause: string; readonly close: number; readonly detail: string }> {
    const { cause, close, detail } = await this.logged({ msg: 'connection closed', id })
    const info = await this.connection(id)
    const { ending } = info
    if (info.state !== 'closed' || ending?.code !== cause || ending?.close !== close || ending?.detail !== detail) {
      throw new Error(`the log says ${cause} ${close} ${detail}, the registry ${JSON.stringify(info)}`)
    }
    return { cause: cause!, close: close!, detail: detail! }
  }

  /** Id of the connection that was opened next. */
  async opened(): Promise<string> {
    const { id } = await this.logged({ msg: 'connection opened' })
    return id!
  }

  /** Ends everything and removes the directories. */
  async close(): Promise<void> {
    await this.app.stop()
    await Promise.all(this.#services.map((service) => service.stop()))
    rmSync(this.#home, { recursive: true, force: true })
  }
}

function configOf(home: string, { entries = {}, ...changes }: GateOptions): Config {
  const flags = {
    listen: ['ws://127.0.0.1:0'],
    admin: ['off'],
    rundir: [join(home, 'run')],
    data: [join(home, 'data')],
  }
  const config = readConfig({ flags, file: null, cwd: home, env: {}, uid: process.getuid!() })
  const services = new Map(
    Object.entries(entries).map(([name, entry]): [string, ServiceEntry] => [
      name,
      { target: `unix:${name}`, ...entry },
    ]),
  )
  return { ...config, services, ...changes }
}

/** What the log wrote, to be waited for. */
class LogLines {
  readonly lines: LogLine[] = []
  #waiting: { fields: Partial<LogLine>; found: (line: LogLine) => void }[] = []

  write(line: string): void {
    this.lines.push(JSON.parse(line) as LogLine)
    for (const waiting of this.#waiting.splice(0)) void this.find(waiting.fields).then(waiting.found)
  }

  find(fields: Partial<LogLine>): Promise<LogLine> {
    const wanted = Object.entries(fields)
    const at = this.lines.findIndex((line) => wanted.every(([key, value]) => line[key as keyof LogLine] === value))
    if (at >= 0) return Promise.resolve(this.lines.splice(at, 1)[0]!)
    return new Promise((found) => this.#waiting.push({ fields, found }))
  }
}
