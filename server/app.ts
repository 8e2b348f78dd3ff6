import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

import { Ended, GateError } from '../shared/causes.ts'
import type { ServiceInfo, StatusInfo } from '../shared/connection.ts'
import { ECHO_SERVICE } from '../shared/dashboard.ts'
import { Accounts } from './accounts/accounts.ts'
import { backupPath, removeBackups } from './backup.ts'
import { codecNamed, codecs } from './codecs/index.ts'
import type { Config } from './config/config.ts'
import { diffConfig } from './config/diff.ts'
import { listenWarnings } from './config/listen-warnings.ts'
import { settingsOf } from './config/settings.ts'
import { loadTls } from './config/tls.ts'
import { AuditWatch } from './control/audit-watch.ts'
import { ClockWatch } from './control/clock-watch.ts'
import { CloseJobs } from './control/close-jobs.ts'
import { buildControl } from './control/http.ts'
import { listenAdmin } from './control/listen.ts'
import { makeMetrics } from './control/metrics.ts'
import { Recent } from './control/recent.ts'
import type { SettingsDesk } from './control/settings-desk.ts'
import { startDemo, type Demo } from './demo/demo.ts'
import { DATA_DIR, prepareDirectory, RUN_DIR } from './directory.ts'
import { DescriptorBudget } from './gateway/descriptor-budget.ts'
import { Gateway } from './gateway/gateway.ts'
import { Registry } from './gateway/registry.ts'
import { ServiceHealth } from './gateway/service-health.ts'
import { logFields } from './log-fields.ts'
import { LogLevel } from './log-level.ts'
import { fdOf, native, nativeProblem } from './native/libc.ts'
import { Drafts } from './policy/drafts.ts'
import { PolicyKeeper } from './policy/keeper.ts'
import { ManagedFile } from './policy/managed-file.ts'
import { targetKnowledge } from './policy/targets.ts'
import { readPolicyFile } from './policy/text.ts'
import { witnesses } from './policy/witnesses.ts'
import { candidates } from './services/candidates.ts'
import { ServiceCatalog } from './services/catalog.ts'
import { Definitions } from './services/definitions.ts'
import { ServiceRefusal } from './services/desk.ts'
import { Echo } from './services/echo.ts'
import { Operations, shownState } from './services/operations.ts'
import { probeWords } from './services/probe-words.ts'
import type { Service, ServiceEntry } from './services/service.ts'
import { openStore } from './store/index.ts'
import { systemdOf, type Systemd } from './systemd.ts'
import { keepApart } from './transports/apart.ts'
import { GAP_WARNING } from './transports/barrier.ts'
import { Doors } from './transports/doors.ts'
import { transports } from './transports/index.ts'
import type { Listener } from './transports/ingress.ts'
import { schemeOf } from './transports/transport.ts'
import { listenWebSocket } from './transports/websocket.ts'
import { packageVersion } from './version.ts'
import { viewNamed, views } from './views/index.ts'

/** Beside the compiled server; a server run from source serves the last build. */
const builtPage = new URL(import.meta.url.endsWith('.ts') ? '../dist/web' : '../web', import.meta.url)

/** A running gateway, as `serve` sees it. */
export interface App {
  /** Reads the configuration again; a bad one is logged and the old one stays. */
  reload(): void
  /** Takes no more clients, lets those that are here end, at most until the drain deadline; then everything is closed. */
  drain(): Promise<void>
  /** Ends everything at once. */
  stop(): Promise<void>
  /** What to open or connect to. */
  readonly urls: readonly { readonly title: string; readonly url: string }[]
  /** What does not work on this machine, as sentences. */
  readonly warnings: readonly string[]
}

export interface AppOptions {
  readonly config: Config
  readonly log: Logger
  /** Reads the sources of the configuration again. @throws ConfigError */
  readonly readConfig: () => Config
  /** What a service manager handed over and wants to hear. */
  readonly systemd?: Systemd
}

/**
 * The composition root: the one place that knows every room. Everything that was opened is closed again when a later
 * step fails.
 * @throws Error when a listener, the run dir or the data dir can't be used
 */
export async function startApp(options: AppOptions): Promise<App> {
  const closers: (() => Promise<unknown> | void)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    return await assemble(options, closers, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function assemble(
  { config: started, log, readConfig, systemd = systemdOf({}, process.pid) }: AppOptions,
  closers: (() => Promise<unknown> | void)[],
  close: () => Promise<void>,
): Promise<App> {
  let config = started
  const startedAt = Date.now()
  let tls = loadTls(config)
  const demo = config.demo ? await startDemo(log) : null
  if (demo) closers.push(() => demo.stop())
  const rundir = config.rundir ?? demo!.rundir
  prepareDirectory(rundir, RUN_DIR)
  prepareDirectory(config.data, DATA_DIR)

  const store = openStore(config.data)
  closers.push(() => store.close())
  removeBackups(config.data)

  const definitions = new Definitions({
    store,
    codecs: codecs.map(({ name }) => name),
    fixed: (name) => definedServices(config, demo).has(name),
    // The echo service is the one thing in the data directory that clients may reach.
    refused: (uri) => (uri === echoTarget ? null : targets.refused(uri)),
    changed(dashboard) {
      services.update({ dashboard })
      void keepEcho()
    },
  })
  const services = new ServiceCatalog({
    rundir,
    defined: definedServices(config, demo),
    dashboard: definitions.entries,
    defaultCodec: config.codec,
    codecDefaults: codecNamed,
  })
  await services.start()
  closers.push(() => services.close())
  const operations = new Operations({
    store,
    async connect(name, signal) {
      const { target } = services.find(name)
      const socket = await dialers.get(schemeOf(target))!.dial(target, { signal })
      socket.on('error', () => {}).destroy()
    },
    why: (name, error) => probeWords(error, resolve(rundir, services.find(name).target.address)),
    found(name, error) {
      if (error === null) health.works(name)
      else health.fails(name, error)
      services.update({})
    },
    timeoutMs: () => config.connectTimeoutMs,
    changed: () => services.update({}), // the same services, shown differently
  })

  const echo = new Echo(config.data)
  closers.push(() => echo.stop())
  const echoTarget = `unix:${echo.path}`
  const echoDefined = () => definitions.entry(ECHO_SERVICE)?.target === echoTarget
  const keepEcho = () =>
    (echoDefined() ? echo.start() : echo.stop()).catch((err: unknown) => {
      log.error({ err }, 'the echo service can not be started')
    })
  await keepEcho()

  const accounts = new Accounts({ store, now: Date.now, monotonic: () => performance.now(), log })
  closers.push(() => accounts.close())

  const registry = new Registry()
  const listeners: Listener[] = []
  const targets = targetKnowledge({
    services,
    ownUris: () => [...listeners.map(({ uri }) => uri), ...(admin.url === null ? [] : [admin.url])],
    dataDir: config.data,
  })
  const ownPorts = () =>
    new Set([...listeners.map(({ uri }) => uri), admin.url].map((uri) => Number(uri && new URL(uri).port)))
  const drafts = new Drafts(store.drafts)
  closers.push(() => drafts.close())
  const keeper = new PolicyKeeper({
    store,
    drafts,
    fixed: config.rules,
    managed: config.policyFile === null ? null : new ManagedFile(config.policyFile, readPolicyFile),
    rejudge: (manner) => void gateway.rejudge(manner),
    witnesses: witnesses(registry),
    facts: (id) => registry.remembered(id),
    targets,
    warn: (message, err) => log.error({ err }, message),
  })
  closers.push(() => keeper.close())
  const metrics = makeMetrics({ registry, policy: () => keeper.state() })
  closers.push(() => metrics.close())

  const dialers = new Map(transports({ rundir }).map((transport) => [transport.name, transport]))
  const health = new ServiceHealth()
  const descriptors = new DescriptorBudget(() => ({ open: registry.size, dialling: gateway.dialling }))
  const gateway = new Gateway({
    registry,
    policy: () => keeper.policy,
    limits: () => config,
    identify: (credential) => accounts.client(credential),
    route: (verdict) => {
      if (operations.isDisabled(verdict.service)) throw new GateError('service-disabled')
      return services.route(verdict)
    },
    decided: (decision, ms) => {
      keeper.count(decision)
      metrics.decided(ms)
    },
    view: (name) => known(name, viewNamed),
    codec: codecNamed,
    dial: (target, options) => dialers.get(schemeOf(target))!.dial(target, options),
    barrier: (port, onError) => keepApart(port, config.maxBufferedBytes, onError),
    hasRoom: () => descriptors.roomForService,
    opened: (connection) => {
      const { service, target } = connection.facts
      if (services.uriOf(service) === target) health.works(service)
      // It was dialled before somebody switched it off.
      if (operations.isDisabled(service)) connection.bridge.end(new Ended('service-disabled'))
      if (log.isLevelEnabled('info')) log.info(logFields(connection.info()), 'connection opened')
    },
    unreachable: ({ name, target }, error) => {
      // Names come from clients: only one that is defined can be missed. Where redirects lead is nobody's health.
      const missed = error.code !== 'no-service' || services.defines(name)
      if (missed && services.uriOf(name) === target.uri) health.unreachable(name, error)
    },
    over: (info, { service, target }, why) => {
      if (services.uriOf(service) === target) health.ended(service, info.ending)
      if (log.isLevelEnabled('info'))
        log.info(
          { ...logFields(info), ...(why !== undefined && { why }) },
          info.state === 'refused' ? 'connection refused' : 'connection closed',
        )
    },
    bug: (err, { id, service }) => log.error({ err, id, service }, 'bug: the connection was refused'),
  })
  gateway.start()
  closers.push(() => gateway.stop())
  closers.push(accounts.onEnded((ended) => gateway.revoke(ended)))

  const warnings = [
    nativeProblem() === null ? null : `${nativeProblem()}: ${GAP_WARNING}`,
    descriptors.warning(config.maxConnections),
    ...listenWarnings(config.listen),
    ...(tls?.warnings ?? []),
  ].filter((warning) => warning !== null)
  let adminUrl: string | null = null // until it listens
  const status = (): StatusInfo => ({
    version: packageVersion(),
    pid: process.pid,
    startedAt,
    state: gateway.draining ? 'draining' : 'running',
    listeners: listeners.map(({ uri }) => uri),
    dashboard: adminUrl,
    rundir,
    timerMs: config.timerMs,
    openConnections: registry.size,
    warnings,
  })
  const recent = new Recent(registry)
  closers.push(() => recent.close())
  const clockWatch = new ClockWatch()
  closers.push(() => clockWatch.close())
  const auditWatch = new AuditWatch({
    verify: () => store.audit.verify(),
    failed: (err) => log.error({ err }, 'the audit log could not be verified'),
  })
  closers.push(() => auditWatch.close())
  const logLevel = new LogLevel(log, () => config.logLevel)
  closers.push(() => logLevel.close())
  const settings: SettingsDesk = {
    settings: () => settingsOf(config),
    certificate: () => tls?.certificate ?? null,
    reloadTls() {
      tls = loadTls(config)
      if (tls !== null) for (const listener of listeners) listener.identify(tls.identity)
    },
    log: () => logLevel.state(),
    setLogLevel: (level, forMs) => logLevel.set(level, forMs),
    async backup() {
      const path = backupPath(config.data)
      await store.backup(path)
      return path
    },
  }
  const closings = new CloseJobs()
  closers.push(() => closings.close())
  const control = (local: boolean): Promise<FastifyInstance> =>
    buildControl(
      {
        registry,
        services: () => services.list().map((service) => serviceInfo(service, { registry, health, operations })),
        onServices: (changed) => services.onChange(changed),
        status,
        policy: keeper,
        drafts,
        preferences: store.preferences,
        closings,
        accounts,
        audit: store.audit,
        metrics,
        judgeAdmin: (door) => {
          const decision = keeper.judge(door)
          return decision.allow ? null : decision.error
        },
        definitions,
        operations,
        recent,
        settings,
        auditWatch,
        clockWatch,
        dataDir: config.data,
        candidates: () => candidates({ services: services.list(), rundir, ownPorts: ownPorts() }),
        async startEcho(by) {
          if (!echoDefined() && services.list().some(({ name }) => name === ECHO_SERVICE)) {
            throw new ServiceRefusal('fixed', `there is another service with the name "${ECHO_SERVICE}" already`)
          }
          await echo.start() // first: what is defined is there
          if (!echoDefined()) definitions.define(ECHO_SERVICE, { target: echoTarget, codec: 'raw' }, by)
        },
        catalogs: {
          codecs: codecs.map(({ name }) => name),
          views: views.map(({ name }) => name),
          transports: [...dialers.keys()],
        },
        webRoot: fileURLToPath(builtPage),
        adminToken: process.env['SOCKGATE_ADMIN_TOKEN'] ?? null,
        get hosts() {
          return config.hosts
        },
        credentials: (socket) => whoIs(socket, process.getuid?.() ?? -1),
        log,
      },
      { local },
    )

  const admin = await listenAdmin(control, config)
  adminUrl = admin.url
  closers.push(() => admin.close())
  keeper.start()
  const setupToken = accounts.setupToken()
  const setup = admin.url !== null && setupToken !== null ? [`${admin.url}setup#token=${setupToken}`] : []
  const urls = [
    ...(admin.url === null ? [] : [{ title: 'Dashboard', url: admin.url }]),
    ...setup.map((url) => ({ title: 'Set up', url })),
  ]

  const nextId = idMaker()
  const doors = new Doors(() => config, admin.origins)
  for (const [at, uri] of config.listen.entries()) {
    const listener = await listenWebSocket({
      uri,
      fd: systemd.listenFds[at],
      tls: tls?.identity ?? null,
      handshakeTimeoutMs: config.handshakeTimeoutMs,
      door: (port) => doors.at(port),
      nextId,
      onIngress: (ingress) => void gateway.handle(ingress),
      onTurnedAway: (client) => gateway.turnedAway(client),
      admits: () => descriptors.roomForClient,
      counted: (change) => descriptors.count(change),
      peerCredentials: (socket) => native()?.peerCredentials(fdOf(socket)) ?? null,
      unready: () => (gateway.draining ? 'draining' : null),
    })
    listeners.push(listener)
    urls.push({ title: 'WebSocket', url: listener.uri })
    closers.push(() => listener.stop())
  }

  descriptors.start()
  for (const warning of warnings) log.warn(warning)
  systemd.notify('READY=1')
  systemd.startWatchdog()

  return {
    urls,
    warnings,
    reload() {
      systemd.notify(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
      try {
        const next = readConfig()
        const nextTls = loadTls(next)
        const { applied, restart } = diffConfig(config, next)
        // What needs a restart keeps its old value until then.
        config = Object.freeze({
          ...next,
          policyFile: config.policyFile,
          listen: config.listen,
          admin: config.admin,
          rundir: config.rundir,
          data: config.data,
          demo: config.demo,
        })
        keeper.setFixed(config.rules)
        keeper.reloadFile()
        services.update({ defined: definedServices(config, demo), defaultCodec: config.codec })
        for (const listener of listeners) {
          listener.retime(config.handshakeTimeoutMs)
          if (nextTls !== null) listener.identify(nextTls.identity)
        }
        tls = nextTls
        for (const warning of tls?.warnings ?? []) log.warn(warning)
        logLevel.restore()
        gateway.start()
        log.info({ applied }, 'configuration read again')
        if (restart.length > 0) log.warn({ restart }, 'some changes need a restart')
      } catch (error) {
        log.error({ err: error }, 'the new configuration is not usable; the old one stays in force')
      }
      systemd.notify('READY=1')
    },
    async drain() {
      systemd.notify('STOPPING=1')
      log.info({ open: registry.size, deadlineMs: config.drainTimeoutMs }, 'draining')
      await gateway.drain(config.drainTimeoutMs)
      await close()
    },
    async stop() {
      gateway.stop() // first: who waits for a service would keep the listener from closing
      await close()
    },
  }
}

/** Entries of the file and the command line, and with `--demo` the sample services, which those may override. */
function definedServices({ services, rundir }: Config, demo: Demo | null): ReadonlyMap<string, ServiceEntry> {
  if (!demo) return services
  const samples = [...demo.entries].map(([name, entry]): [string, ServiceEntry] => [
    name,
    rundir === null ? entry : { ...entry, target: `unix:${join(demo.rundir, name)}` },
  ])
  return new Map([...samples, ...services])
}

/** Ids that are unique among all runs and short enough to read out: a random part for the run, then a counter. */
function idMaker(): () => string {
  const run = randomBytes(3).toString('hex')
  let count = 0
  return () => `${run}-${(++count).toString(36)}`
}

/** A name that a client chose, looked up in a catalog. */
function known<T>(name: string, find: (name: string) => T): T {
  try {
    return find(name)
  } catch (error) {
    throw new GateError('bad-request', (error as Error).message, { cause: error })
  }
}

/** The local user is whoever runs as we do, or root (SO_PEERCRED); the socket file lets only its owner in anyway. */
function whoIs(socket: Socket, uid: number): Promise<'local-user' | 'stranger'> {
  const peer = native()?.peerCredentials(fdOf(socket)).uid ?? uid
  return Promise.resolve(peer === uid || peer === 0 ? 'local-user' : 'stranger')
}

interface ServiceParts {
  readonly registry: Registry
  readonly health: ServiceHealth
  readonly operations: Operations
}

function serviceInfo(service: Service, { registry, health, operations }: ServiceParts): ServiceInfo {
  const { name, target, codec, from } = service
  const { lastError, ...seen } = health.of(name)
  const connections = registry.count(name)
  return { name, target: target.uri, codec, from, connections, lastError, ...shownState(operations, name, seen) }
}
