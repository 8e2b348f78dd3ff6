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
}
