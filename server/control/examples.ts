import type {
  AuditEntry,
  AuditVerdict,
  CloseManyResult,
  NewToken,
  ServiceDetail,
  SessionInfo,
  SessionRow,
  TokenInfo,
  UserInfo,
} from '../../shared/api.ts'
import type { ConnectionInfo, ServiceInfo } from '../../shared/connection.ts'
import type {
  Candidate,
  CloseJob,
  Draft,
  MatchesAnswer,
  OverviewAnswer,
  ProbeAnswer,
  SettingsAnswer,
} from '../../shared/dashboard.ts'

/** Answers as the description of the API shows them; the types keep them true. */

const at = 1_795_200_000_000

export const sessionExample: SessionInfo = { user: 'anna', role: 'admin', by: 'session', expiresAt: at }

export const sessionRowExample: SessionRow = {
  id: 's-8f2k',
  user: 'anna',
  from: '127.0.0.1',
  createdAt: at,
  seenAt: at,
  own: true,
}

export const userExample: UserInfo = {
  name: 'anna',
  role: 'operator',
  groups: ['staff'],
  enabled: true,
  hasPassword: true,
  certificate: null,
  createdAt: at,
}

export const tokenExample: TokenInfo = {
  id: 't-4k1x',
  name: 'nightly backup',
  user: 'anna',
  scope: 'connect',
  createdAt: at,
  expiresAt: null,
  lastUsedAt: null,
}

export const newTokenExample: NewToken = { ...tokenExample, token: 'shown once' }

export const auditExample: AuditEntry = {
  seq: 7,
  at,
  actor: 'anna',
  action: 'connection.close',
  object: 'connection 3f9a1c-2k',
  result: 'ok',
  from: '127.0.0.1',
  requestId: '9c41d0aa12ef',
  detail: 'pong, 10.1.2.3:52100',
  hash: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
}

export const verdictExample: AuditVerdict = {
  ok: true,
  entries: 7,
  head: auditExample.hash,
  firstBad: null,
  message: '7 entries, unbroken',
}

export const connectionExample: ConnectionInfo = {
  id: '3f9a1c-2k',
  service: 'pong',
  target: 'unix:pong',
  listener: 'ws://127.0.0.1:8080',
  peer: '10.1.2.3:52100',
  origin: null,
  user: 'anna',
  rules: ['r-12'],
  policy: 12,
  codec: 'libipc',
  view: 'payload',
  state: 'open',
  openedAt: at,
  up: { messages: 4, bytes: 120 },
  down: { messages: 4, bytes: 120 },
  queued: { toClient: 0, toService: 0 },
  paused: { client: 0, service: 0 },
  pingMs: 1.5,
  ending: null,
}

export const serviceExample: ServiceInfo = {
  name: 'pong',
  target: 'unix:/run/pong.sock',
  codec: 'libipc',
  from: 'dashboard',
  connections: 1,
  lastError: null,
  state: 'up',
  since: at,
}

export const overviewExample: OverviewAnswer = {
  history: { stepMs: 10_000, at, open: [3, 4], refused: [0, 1], messages: [20, 31], bytes: [900, 1400] },
  refusedLastHour: 1,
  rssBytes: 90_000_000,
  bufferedBytes: 0,
  attention: [
    {
      kind: 'service-down',
      weight: 'error',
      about: 'pong',
      title: 'The service pong is down',
      detail: 'Nobody listens on its socket.',
      link: { path: '/services/pong', text: 'Look at it' },
    },
  ],
}

export const settingsExample: SettingsAnswer = {
  settings: [
    {
      name: 'timer',
      group: 'Limits',
      help: 'Ping every client this often',
      value: '25s',
      default: '25s',
      source: 'default',
    },
  ],
  certificate: null,
  log: { level: 'info', restoresAt: null },
  about: {
    version: '0.1.0',
    node: '20.20.2',
    platform: 'linux x64',
    licences: [{ name: 'fastify', version: '5.12.8', licence: 'MIT' }],
  },
}

export const candidateExample: Candidate = {
  name: 'pong',
  target: 'unix:pong',
  kind: 'unix',
  owner: 'root',
  reachable: true,
  verdict: '0660, owned by root:ipc: we may connect',
  known: true,
}

export const probeExample: ProbeAnswer = {
  ok: true,
  tookMs: 0.4,
  message: 'it accepted the connection',
  service: serviceExample,
}

export const serviceDetailExample: ServiceDetail = {
  ...serviceExample,
  entry: { target: 'unix:/run/pong.sock', codec: 'libipc' },
  rules: [],
  redirects: [],
  open: [connectionExample],
  trouble: [],
}

export const closeManyExample: CloseManyResult = {
  count: 3000,
  perService: { pong: 2400, clock: 600 },
  perSecond: 10,
  takesMs: 299_900,
  dryRun: false,
  job: 'close-5e884898',
}

export const closeJobExample: CloseJob = {
  id: 'close-5e884898',
  by: 'anna',
  startedAt: at,
  total: 3000,
  done: 1200,
  endsAt: at + 299_900,
}

export const draftExample: Draft = {
  base: 12,
  document: { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] },
  savedAt: at,
}

export const matchesExample: MatchesAnswer = { open: 1, recent: 41, ids: [connectionExample.id] }
