import { join } from 'node:path'

import { codecs } from '../codecs/index.ts'
import type { ServiceEntry } from '../services/service.ts'
import { adminAddress, choice, count, duration, flag, hostName, listenUri, origin, path, size } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { ValueError } from './problem.ts'
import { fixedRules, ruleLine } from './rule-line.ts'
import { parseServiceOption } from './service-entry.ts'

/** What a default may depend on. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Effective user id. */
  readonly uid: number
}

/** One option of `serve`: a flag, a key of the file, a line of help and reference, and a value of the Config. */
export interface Option<T> {
  /** The flag without dashes, and the key in the file. */
  readonly name: string
  /** The key in the file where it reads better than the flag's name, which is understood too. */
  readonly key?: string
  readonly group: 'Addresses' | 'Files' | 'Services' | 'Who may connect' | 'Limits' | 'Log'
  readonly kind: Kind<unknown>
  /** One value; or any number, of which the command line replaces the file's; or a map whose names are merged. */
  readonly takes: 'one' | 'list' | 'map'
  readonly collect: (items: readonly unknown[]) => T
  /** Of a list: what the command line says is not instead of the file's, but in front of it. */
  readonly adds?: true
  /** Environment variables that set it, strongest first; weaker than the command line, stronger than the file. */
  readonly env?: readonly string[]
  /** As one would write it. @throws ValueError when this machine has none */
  readonly fallback: readonly string[] | ((machine: Machine) => string)
  /** The default in words, where it is not always the same. */
  readonly fallbackText?: string
  /** A sentence without a full stop; also the help. */
  readonly description: string
  /** Whether a change in the file takes effect on SIGHUP; otherwise it needs a restart. */
  readonly reload: boolean
}

type About<T> = Omit<Option<T>, 'kind' | 'takes' | 'collect'>

/** An option with one value. */
function one<T>(kind: Kind<T>, about: About<T>): Option<T> {
  return { ...about, kind, takes: 'one', collect: (items) => items[0] as T }
}

/** An option with one value or none, which is null. */
function optional<T>(kind: Kind<T>, about: Omit<About<T>, 'fallback' | 'fallbackText'>): Option<T | null> {
  return {
    ...about,
    fallback: [],
    fallbackText: 'none',
    kind,
    takes: 'one',
    collect: (items) => (items[0] ?? null) as T | null,
  }
}

/** An option that can be repeated; doubles count once. */
function list<T>(kind: Kind<T>, about: About<readonly T[]>): Option<readonly T[]> {
  return { ...about, kind, takes: 'list', collect: (items) => [...new Set(items as T[])] }
}

/** An option that can be repeated, of which each value has a name; the later of a name holds. */
function map<T>(kind: Kind<[string, T]>, about: About<ReadonlyMap<string, T>>): Option<ReadonlyMap<string, T>> {
  return { ...about, kind, takes: 'map', collect: (items) => new Map(items as [string, T][]) }
}

/** `--config`, which the file itself cannot hold. */
export const configFlag = {
  name: 'config',
  placeholder: 'FILE',
  description: 'YAML file with any of these options',
} as const

/** Every option, by its name in the Config. */
export const options = {
  listen: list(listenUri, {
    name: 'listen',
    group: 'Addresses',
    fallback: ['ws://127.0.0.1:8080'],
    description:
      'Take WebSocket clients in at ws://HOST:PORT, wss://HOST:PORT or ws+unix:///PATH; port 0 takes a free one',
    reload: false,
  }),
  admin: one(adminAddress, {
    name: 'admin',
    group: 'Addresses',
    fallback: ['127.0.0.1:8081'],
    description: 'Where the dashboard and the API listen, besides the socket in the data directory',
    reload: false,
  }),
  rundir: one(path('DIR'), {
    name: 'rundir',
    group: 'Files',
    env: ['IPC_RUNDIR', 'RUNDIR'],
    fallback: defaultRundir,
    fallbackText: '/run/ipc for root, else $XDG_RUNTIME_DIR/ipc',
    description: 'Directory with the sockets of services',
    reload: false,
  }),
  data: one(path('DIR'), {
    name: 'data',
    group: 'Files',
    fallback: defaultData,
    fallbackText: '$XDG_STATE_HOME/sockgate, else ~/.local/state/sockgate',
    description: 'Directory for what the gateway keeps, and for admin.sock, by which the other commands find it',
    reload: false,
  }),
  tlsCert: optional(path('FILE'), {
    name: 'tls-cert',
    group: 'Files',
    description: 'Certificate for wss listeners in PEM form, those between it and its root behind it',
    reload: true,
  }),
  tlsKey: optional(path('FILE'), {
    name: 'tls-key',
    group: 'Files',
    description: 'Its private key in PEM form, without a passphrase, closed to other users',
    reload: true,
  }),
  tlsClientCa: optional(path('FILE'), {
    name: 'tls-client-ca',
    group: 'Files',
    description: 'Ask clients of wss listeners for a certificate, and take those that are signed by one in this file',
    reload: true,
  }),
  codec: one(
    choice(
      codecs.map((codec) => codec.name),
      'NAME',
    ),
    {
      name: 'codec',
      group: 'Services',
      fallback: ['raw'],
      description: `Framing of services that no entry names: ${codecs.map((codec) => codec.name).join(', ')}`,
      reload: true,
    },
  ),
  services: map<ServiceEntry>(
    { placeholder: 'NAME=URI[,KEY=VALUE...]', read: parseServiceOption },
    {
      name: 'service',
      key: 'services',
      group: 'Services',
      fallback: [],
      fallbackText: 'sockets found in the run dir',
      description: 'Define a service, such as pong=unix:/run/pong.sock,codec=libipc; beats an entry of the file',
      reload: true,
    },
  ),
  demo: one(flag, {
    name: 'demo',
    group: 'Services',
    fallback: ['false'],
    description: 'Run the sample services pong, clock and chat as well, in a throw-away run dir',
    reload: false,
  }),
  rules: {
    kind: ruleLine,
    takes: 'list',
    adds: true,
    collect: (items: readonly unknown[]) => fixedRules(items as Parameters<typeof fixedRules>[0]),
    name: 'rule',
    key: 'rules',
    group: 'Who may connect',
    fallback: [],
    fallbackText: 'none',
    description:
      'Rule that no edit reaches, judged before all others, such as "deny in pong 10.0.0.0/8" or "redirect authd ' +
      'nextversion-authd"; as in ipcd, also --allow DIR SERVICE [PEER], --deny DIR SERVICE [PEER], --redirect FROM TO [PEER]',
    reload: true,
  },
  policyFile: optional(path('FILE'), {
    name: 'policy',
    group: 'Who may connect',
    description:
      'Keep the policy in this file (YAML or lines): the API only shows it then; read at start and on SIGHUP',
    reload: false,
  }),
  origins: list(origin, {
    name: 'origin',
    key: 'origins',
    group: 'Who may connect',
    fallback: [],
    fallbackText: "the listener's own",
    description: 'Let web pages of this origin connect as well, such as https://app.example',
    reload: true,
  }),
  missingOrigin: one(choice(['allow', 'deny']), {
    name: 'missing-origin',
    group: 'Who may connect',
    fallback: ['allow'],
    description: 'Whether clients without an Origin header may connect, which is all that are not web pages',
    reload: true,
  }),
  hosts: list(hostName, {
    name: 'host',
    key: 'hosts',
    group: 'Who may connect',
    fallback: [],
    fallbackText: 'loopback names',
    description: 'Answer to this host name as well, such as gate.example or gate.example:8443',
    reload: true,
  }),
  timerMs: one(duration({ off: true }), {
    name: 'timer',
    group: 'Limits',
    fallback: ['25s'],
    description: 'Ping clients this often; one that misses two is closed',
    reload: true,
  }),
  handshakeTimeoutMs: one(duration({ off: false }), {
    name: 'handshake-timeout',
    group: 'Limits',
    fallback: ['10s'],
    description: 'Longest time from the TCP connection to the end of the request headers',
    reload: true,
  }),
  connectTimeoutMs: one(duration({ off: false }), {
    name: 'connect-timeout',
    group: 'Limits',
    fallback: ['5s'],
    description: 'Longest time for a service to take a connection',
    reload: true,
  }),
  idleTimeoutMs: one(duration({ off: true }), {
    name: 'idle-timeout',
    group: 'Limits',
    fallback: ['off'],
    description: 'Close a connection without a whole message in either direction for this long',
    reload: true,
  }),
  stallTimeoutMs: one(duration({ off: false }), {
    name: 'stall-timeout',
    group: 'Limits',
    fallback: ['50s'],
    description: 'Close a connection of which one side has data waiting and takes none for this long',
    reload: true,
  }),
  drainTimeoutMs: one(duration({ off: false }), {
    name: 'drain-timeout',
    group: 'Limits',
    fallback: ['30s'],
    description: 'When told to end, longest time until every connection has taken its last bytes and closed',
    reload: true,
  }),
  maxMessageBytes: one(size({ min: 1, max: 1024 ** 3 }), {
    name: 'max-message',
    group: 'Limits',
    fallback: ['16MiB'],
    description: 'Longest message in either direction',
    reload: true,
  }),
  maxBufferedBytes: one(size({ min: 1024, max: 1024 ** 3 }), {
    name: 'max-buffer',
    group: 'Limits',
    fallback: ['1MiB'],
    description: 'Data waiting in one direction above which the other side is no longer read',
    reload: true,
  }),
  maxConnections: one(count({ min: 1, max: 1_000_000 }), {
    name: 'max-connections',
    group: 'Limits',
    fallback: ['10000'],
    description: 'Most connections at a time',
    reload: true,
  }),
  logLevel: one(choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'LEVEL'), {
    name: 'log-level',
    group: 'Log',
    fallback: ['info'],
    description: 'Least important lines to write: trace, debug, info, warn, error, fatal, silent',
    reload: true,
  }),
  logFormat: one(choice(['auto', 'json', 'pretty']), {
    name: 'log-format',
    group: 'Log',
    fallback: ['auto'],
    description: 'Form of the log on stderr; auto is pretty on a terminal and json elsewhere',
    reload: false,
  }),
} as const satisfies Record<string, Option<unknown>>

/** Name of an option in the Config. */
export type OptionKey = keyof typeof options

/** Each option with its name in the Config, in the order of help and reference. */
export const optionList = Object.entries(options) as readonly [OptionKey, Option<unknown>][]

function defaultRundir({ env, uid }: Machine): string {
  if (uid === 0) return '/run/ipc'
  if (env['XDG_RUNTIME_DIR']) return join(env['XDG_RUNTIME_DIR'], 'ipc')
  throw new ValueError('there is no default, as XDG_RUNTIME_DIR is not set: name the directory with --rundir DIR')
}

function defaultData({ env }: Machine): string {
  if (env['XDG_STATE_HOME']) return join(env['XDG_STATE_HOME'], 'sockgate')
  if (env['HOME']) return join(env['HOME'], '.local', 'state', 'sockgate')
  throw new ValueError(
    'there is no default, as neither XDG_STATE_HOME nor HOME is set: name the directory with --data DIR',
  )
}
