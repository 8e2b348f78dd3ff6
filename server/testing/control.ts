import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'

import type { ProblemBody, Role } from '../../shared/api.ts'
import { GateError } from '../../shared/causes.ts'
import type { StatusInfo } from '../../shared/connection.ts'
import { Accounts } from '../accounts/accounts.ts'
import type { By } from '../accounts/desk.ts'
import { CloseJobs } from '../control/close-jobs.ts'
import type { ControlDeps } from '../control/deps.ts'
import { buildControl } from '../control/http.ts'
import { SESSION_COOKIE } from '../control/identify.ts'
import { makeMetrics } from '../control/metrics.ts'
import { Recent } from '../control/recent.ts'
import { Drafts } from '../policy/drafts.ts'
import { PolicyKeeper } from '../policy/keeper.ts'
import type { ManagedFile } from '../policy/managed-file.ts'
import { Operations } from '../services/operations.ts'
import { openStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { FakeRegistry } from './fake-registry.ts'

export const controlStatus: StatusInfo = {
  version: '1.2.3',
  pid: 4242,
  startedAt: 1,
  state: 'running',
  listeners: ['ws://127.0.0.1:8080', 'ws://0.0.0.0:8090', 'ws+unix:///run/x.sock'],
  dashboard: 'http://127.0.0.1:8081/',
  rundir: '/run/ipc',
  timerMs: 25_000,
  openConnections: 0,
  warnings: [],
}

const by: By = { name: 'test', from: 'local', requestId: 'setting-up' }
const PASSWORD = 'correct horse battery staple'

export interface ControlOptions {
  readonly deps?: Partial<ControlDeps>
  readonly managed?: ManagedFile | null
}

/**
 * The admin side on a real store, real accounts and a real policy, in a directory of its own, with a registry whose
 * connections do what a test says.
 */
export class ControlRig {
  readonly dir = mkdtempSync(join(tmpdir(), 'sockgate-control-'))
  readonly webRoot = join(this.dir, 'web')
  readonly registry = new FakeRegistry()
  readonly logged: unknown[] = []
  readonly store: Store = openStore(this.dir)
  readonly accounts = new Accounts({ store: this.store, now: Date.now, monotonic: () => performance.now() })
  readonly drafts = new Drafts(this.store.drafts)
  readonly closings = new CloseJobs()
  readonly recent = new Recent(this.registry)
  /** Whether services accept connections. */
  pongAccepts = true
  readonly operations = new Operations({
    store: this.store,
    connect: async () => {
      if (!this.pongAccepts) throw new GateError('upstream-refused', 'nobody listens on the socket')
    },
    why: (_, { message }) => message,
    found: () => {},
    timeoutMs: () => 1000,
    changed: () => {},
  })
  readonly policy: PolicyKeeper
  readonly deps: ControlDeps
  readonly #apps: FastifyInstance[] = []
  readonly #tokens = new Map<Role, string>()
  readonly #cookies = new Map<string, string>()

  constructor({ deps = {}, managed = null }: ControlOptions = {}) {
    mkdirSync(join(this.webRoot, 'assets'), { recursive: true })
    writeFileSync(join(this.webRoot, 'index.html'), '<!doctype html><title>page</title>')
    this.policy = new PolicyKeeper({
      store: this.store,
      drafts: this.drafts,
      fixed: { redirects: [], rules: [] },
      managed,
      rejudge: () => {},
      witnesses: { open: () => [], past: () => [] },
      facts: () => null,
      targets: { uriOf: (service) => `unix:${service}`, exists: () => true, refused: () => null },
      warn: (...what) => void this.logged.push(what),
    })
    this.policy.start()
    const metrics = makeMetrics({ registry: this.registry, policy: () => this.policy.state() })
    this.deps = Object.assign(this.#defaults(metrics), deps)
  }

  #defaults(metrics: ControlDeps['metrics']): ControlDeps {
    return {
      registry: this.registry,
      policy: this.policy,
      drafts: this.drafts,
      preferences: this.store.preferences,
      closings: this.closings,
      accounts: this.accounts,
      audit: this.store.audit,
      metrics,
      definitions: { entry: () => null, define: () => true, remove: () => {} },
      operations: this.operations,
      recent: this.recent,
      settings: {
        settings: () => [],
        certificate: () => null,
        reloadTls: () => {},
        log: () => ({ level: 'info', restoresAt: null }),
        setLogLevel: () => {},
        backup: async () => {
          const path = join(this.dir, 'copy.db')
          await this.store.backup(path)
          return path
        },
      },
      auditWatch: { fault: null },
      clockWatch: { jumpMs: 0 },
      dataDir: this.dir,
      candidates: () => Promise.resolve([]),
      startEcho: () => Promise.resolve(),
      catalogs: { codecs: ['raw', 'libipc'], views: ['payload', 'json'], transports: ['unix'] },
      judgeAdmin: (door) => {
        const decision = this.policy.judge(door)
        return decision.allow ? null : decision.error
      },
      services: () => [],
      onServices: () => () => {},
      status: () => controlStatus,
      webRoot: this.webRoot,
      adminToken: null,
      hosts: ['gate.example'],
      credentials: () => Promise.resolve('local-user'),
      log: { error: (...what: unknown[]) => void this.logged.push(what) },
    }
  }

  async app({ local = false } = {}): Promise<FastifyInstance> {
    const app = await buildControl(this.deps, { local })
    this.#apps.push(app)
    return app
  }

  /** An instance on a free port of this machine. */
  async listen(): Promise<number> {
    const app = await this.app()
    await app.listen({ host: '127.0.0.1', port: 0 })
    return (app.server.address() as AddressInfo).port
  }

  /** A token of a user with this role, named like it. */
  async token(role: Exclude<Role, 'client'>): Promise<string> {
    const known = this.#tokens.get(role)
    if (known !== undefined) return known
    await this.accounts.addUser(role, { role }, by)
    const { token } = this.accounts.addToken({ name: 'test', user: role, scope: role, expiresAt: null }, by)
    this.#tokens.set(role, token)
    return token
  }

  /** A token of a client of the gateway, which is nobody here. */
  async connectToken(): Promise<string> {
    await this.accounts.addUser('client', { role: 'client' }, by)
    return this.accounts.addToken({ name: 'test', user: 'client', scope: 'connect', expiresAt: null }, by).token
  }

  /** The cookie header of a session of a user with this role, signed in once. */
  async cookie(role: Exclude<Role, 'client'>, name: string = `${role}-2`): Promise<string> {
    const known = this.#cookies.get(name)
    if (known !== undefined) return known
    await this.accounts.addUser(name, { role, password: PASSWORD }, by)
    const { cookie } = await this.accounts.signIn({ name, password: PASSWORD }, { ...by, from: '127.0.0.1' })
    this.#cookies.set(name, `${SESSION_COOKIE}=${cookie}`)
    return `${SESSION_COOKIE}=${cookie}`
  }

  /** The audit log, oldest first: `action object result by actor`. */
  audit(): string[] {
    const entries = this.store.audit.list({ before: null, limit: 1000, q: '' }).toReversed()
    return entries.map(({ action, object, result, actor }) => `${action} ${object} ${result} by ${actor}`)
  }

  async close(): Promise<void> {
    for (const app of this.#apps) await app.close()
    this.deps.metrics.close()
    this.closings.close()
    this.policy.close()
    this.drafts.close()
    this.accounts.close()
    this.store.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Sends a request as somebody; an object becomes a JSON body. */
export async function send(
  app: FastifyInstance,
  method: NonNullable<InjectOptions['method']>,
  url: string,
  { token, headers = {}, body }: { token?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method,
    url,
    headers: {
      host: 'localhost',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** What a request was refused with. */
export function problemIn(answer: LightMyRequestResponse): ProblemBody {
  return answer.json<ProblemBody>()
}
