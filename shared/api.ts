import { z } from 'zod'

import { REASON_MAX } from './causes.ts'
import { FILTER_MAX } from './connection-filter.ts'
import type { ConnectionInfo, ServiceInfo } from './connection.ts'
import type { DraftNote } from './dashboard.ts'
import { documentSchema, redirectSchema, ruleSchema } from './policy/document.ts'
import type { FirewallRule, PolicyProblem, Redirect } from './policy/document.ts'
import { ROLES } from './roles.ts'
import type { Role } from './roles.ts'

export { ROLES }
export type { Role }

/** Body of every error of the admin API (RFC 9457), sent as `application/problem+json`. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  /** One sentence: what was wrong, where, what to do. */
  readonly detail: string
  readonly code: string
  readonly requestId: string
  /** Of a policy that can't be used (422): everything that is wrong with it. */
  readonly problems?: readonly PolicyProblem[]
  /** Of a conflict (412): the version in force, who made it and when. */
  readonly current?: PolicyVersion
}

/** One page of `GET /api/v1/connections`, newest first. */
export interface ConnectionList {
  readonly connections: readonly ConnectionInfo[]
  /** How many match on all pages together. */
  readonly total: number
  /** Pass it as `cursor` for the next page; null on the last. */
  readonly nextCursor: string | null
}

/** Rows on one page of a list. */
export const PAGE_SIZE = 200

// Accounts.

/** What a token is good for: `connect` to the gateway as its user, or the admin API with at most that role. */
export const TOKEN_SCOPES = ['connect', 'viewer', 'operator', 'admin'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

export interface UserInfo {
  readonly name: string
  readonly role: Role
  readonly groups: readonly string[]
  readonly enabled: boolean
  readonly hasPassword: boolean
  readonly certificate: string | null
  /** Milliseconds since 1970, like all times. */
  readonly createdAt: number
}

export interface TokenInfo {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly scope: TokenScope
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

/** Answer to `POST /tokens`: the only time that the token itself is told. */
export interface NewToken extends TokenInfo {
  readonly token: string
}

/** `GET /session`: who asks. */
export interface SessionInfo {
  readonly user: string
  readonly role: Role
  /** `session` by cookie, `token`, or `local`: a program of the user who runs the gateway, by the socket in the data dir. */
  readonly by: 'session' | 'token' | 'local'
  /** When the session ends at the latest, if nothing is asked before: null when it does not. */
  readonly expiresAt: number | null
}

// Policy.

/** One version of the policy. */
export interface PolicyVersion {
  readonly version: number
  readonly at: number
  readonly author: string
  readonly comment: string
  /** How it came to be. */
  readonly kind: 'seed' | 'commit' | 'edit' | 'restore' | 'rollback' | 'import' | 'file'
}

export interface RuleHits {
  readonly hits: number
  /** Null when never. */
  readonly lastAt: number | null
}

/** What happens to open connections that lose their right, or would now be sent elsewhere. */
export const EXISTING = ['keep', 'close', 'drain'] as const
export type Existing = (typeof EXISTING)[number]

/** `GET /policy/state`: what is in force, besides the document itself; also in the live feed. */
export interface PolicyState {
  readonly current: PolicyVersion
  /** A commit that waits for its confirmation. */
  readonly pending: { readonly version: number; readonly revertTo: number; readonly deadline: number } | null
  /** Rules from command line and file, judged first; no edit reaches them. */
  readonly fixed: { readonly redirects: readonly Redirect[]; readonly rules: readonly FirewallRule[] }
  /** The policy comes from a file: no edits by the API. `drift` says how the file differs from what is in force. */
  readonly managed: { readonly path: string; readonly drift: string | null } | null
  /** Who has begun changes that are not committed yet. */
  readonly drafts: readonly DraftNote[]
}

/** Something about a document that is allowed, but worth a look. */
export interface Finding {
  readonly kind: 'shadowed' | 'redundant' | 'never-hit' | 'expired' | 'dead-target' | 'loop' | 'test-failed'
  /** The entry it is about. */
  readonly id: string
  /** The entries that cause it: those that hide a rule, the other redirects of a circle. */
  readonly others: readonly string[]
  /** A sentence. */
  readonly message: string
}

/** One test of the document, run. */
export interface TestResult {
  readonly id: string
  readonly pass: boolean
  /** A sentence: what came out instead, and by which rule. */
  readonly message: string
}

/** One change between two documents. */
export interface PolicyChange {
  readonly change: 'added' | 'removed' | 'changed' | 'moved'
  readonly list: 'redirects' | 'rules' | 'tests' | 'defaults'
  readonly id: string
  /** Its line in the text form; null when there was or is none. */
  readonly before: string | null
  readonly after: string | null
}

/** What a draft would do to one connection, open or refused lately. */
export interface ConnectionEffect {
  readonly id: string
  readonly service: string
  readonly peer: string
  readonly user: string | null
  /** `denied`: loses its right; `redirected`: allowed, but sent elsewhere; `allowed`: was refused and would be let in. */
  readonly effect: 'denied' | 'redirected' | 'allowed'
  /** Id of the rule that would decide. */
  readonly rule: string
  readonly target: string
}

/** Answer to `POST /policy/preview`. */
export interface PolicyPreview {
  readonly problems: readonly PolicyProblem[]
  readonly changes: readonly PolicyChange[]
  readonly findings: readonly Finding[]
  readonly tests: readonly TestResult[]
  /** Open connections that would not stay as they are, and how many would. */
  readonly open: { readonly effects: readonly ConnectionEffect[]; readonly unchanged: number }
  /** Those refused or closed lately for which the answer would be another. */
  readonly recent: { readonly effects: readonly ConnectionEffect[]; readonly unchanged: number }
  /** Why the admin who asks would be locked out, as a sentence; null when not. Such a draft needs a confirm window. */
  readonly lockout: string | null
  /** The rules that say who may reach the admin side would be others. A confirm window is wise. */
  readonly touchesAdmin: boolean
  /** Share of the open connections that would not stay as they are, from 0 to 1; 0 when none is open. */
  readonly share: number
}

const comment = z.string('must be text').max(500, 'must have at most 500 characters').default('')
const duration = z.string('must be a duration, such as 60s').max(20, 'must be a duration, such as 60s')

export const commitBody = z.strictObject({
  document: documentSchema,
  existing: z.enum(EXISTING, 'must be keep, close or drain').default('keep'),
  /** With `drain`: over how long those that lose their right are closed. */
  drainOver: duration.default('30s'),
  /** Goes back by itself unless it is confirmed within this time, from 5s to 1h. */
  confirmWithin: duration.optional(),
  comment,
  /** Why it is committed though its tests fail. */
  override: z.string().min(1, 'must say why').max(500, 'must have at most 500 characters').optional(),
})
export type CommitBody = z.input<typeof commitBody>

export const previewBody = z.strictObject({ document: z.unknown() })

export const newRuleBody = ruleSchema.safeExtend({ before: z.string().max(60).nullish(), comment })
export const newRedirectBody = redirectSchema.safeExtend({ before: z.string().max(60).nullish(), comment })
export const moveBody = z.strictObject({
  /** Id of the entry that it shall stand in front of; null: at the end. */
  before: z.string('must be an id, or null for the end').max(60, 'must be an id').nullable(),
})

export const explainBody = z.union([
  z.strictObject({ requestId: z.string().min(1).max(60) }),
  z.strictObject({
    direction: z.enum(['in', 'out'], 'must be in or out'),
    service: z.string().min(1, 'must not be empty').max(255),
    /** What is known of the client, as in a rule: `10.0.0.5 user:anna`. */
    peer: z.string().max(1000).default('*'),
  }),
])

/** One step on the way to a decision. */
export interface ExplainStep {
  readonly stage: 'gateway' | 'redirect' | 'firewall' | 'default'
  /** Id of the rule; of the check at a `gateway` step. */
  readonly id: string
  /** The rule as a line, or what was checked. */
  readonly text: string
  readonly matched: boolean
  /** Why it matched or did not: `the service is authd, not like pong*`. */
  readonly reason: string
}

/** Answer to `POST /explain`. */
export interface Explanation {
  readonly verdict: 'allow' | 'deny'
  /** Id of the rule that decided, or of the gateway's check that refused. */
  readonly rule: string
  readonly service: string
  /** URI of the target; of a service, where it is. */
  readonly target: string
  /** The version of the policy that was asked. */
  readonly version: number
  /** Every rule up to the one that decided, in order. */
  readonly steps: readonly ExplainStep[]
  /** One sentence that sums it up. */
  readonly summary: string
}

// Audit.

export interface AuditEntry {
  readonly seq: number
  readonly at: number
  /** Name of the account; `local` for the user who runs the gateway, `gateway` for itself, `-` before anybody signed in. */
  readonly actor: string
  /** Lower case, dotted: `policy.commit`, `session.open`, `connection.close`. */
  readonly action: string
  /** What it was done to: `version 12`, `user anna`, a connection id. */
  readonly object: string
  readonly result: 'ok' | 'refused' | 'failed'
  /** Address, or `local`. */
  readonly from: string
  readonly requestId: string
  /** Particulars in words; never a secret. */
  readonly detail: string
  /** SHA-256 over this entry and the hash of the one before, in hex. */
  readonly hash: string
}

export interface AuditVerdict {
  readonly ok: boolean
  readonly entries: number
  /** Hash of the last entry. */
  readonly head: string
  /** The first entry that is wrong; null when none is. */
  readonly firstBad: number | null
  /** A sentence. */
  readonly message: string
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** Pass it as `before` for the next page; null on the last. */
  readonly nextBefore: number | null
}

// Accounts: bodies. What a name or password must be is for the accounts to say; here is only what bounds them.

const word = z.string('must be text').min(1, 'must not be empty').max(200, 'must have at most 200 characters')
const secret = z.string('must be text').min(1, 'must not be empty').max(1024, 'must have at most 1024 characters')

export const signInBody = z.strictObject({ name: word, password: secret })
export const setUpBody = z.strictObject({ token: word, name: word, password: secret })
export const newPasswordBody = z.strictObject({ old: secret, new: secret })

const userFields = {
  role: z.enum(ROLES, `must be ${ROLES.join(', ')}`),
  groups: z.array(word).max(100, 'at most 100 groups'),
  enabled: z.boolean('must be true or false'),
  /** Null: none, tokens only. */
  password: secret.nullable(),
  /** Subject of a client certificate, such as `CN=anna,O=example`; null: none. */
  certificate: z
    .string('must be text or null')
    .min(1, 'must not be empty')
    .max(1000, 'must have at most 1000 characters')
    .nullable(),
}
export const newUserBody = z.strictObject({ ...userFields, name: word }).partial({
  groups: true,
  enabled: true,
  password: true,
  certificate: true,
})
export const userChangesBody = z.strictObject(userFields).partial()

export const newTokenBody = z.strictObject({
  /** What it is for. */
  name: word,
  /** Whose it is; whoever asks when left out. */
  user: word.optional(),
  scope: z.enum(TOKEN_SCOPES, `must be ${TOKEN_SCOPES.join(', ')}`).default('connect'),
  /** Milliseconds since 1970; null: never. */
  expiresAt: z.int('must be a time in milliseconds since 1970, or null').positive().nullable().default(null),
})

/** A browser that is signed in. */
export interface SessionRow {
  readonly id: string
  readonly user: string
  readonly from: string
  readonly createdAt: number
  readonly seenAt: number
  /** Whether it is that of who asks. */
  readonly own: boolean
}

// Connections.

/** Codes that may be sent (RFC 6455, 7.4): registered ones that are not reserved, and the private range. */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006, 1010].includes(code)) || (code >= 3000 && code <= 4999)
}

const closing = {
  code: z
    .int('must be a whole number')
    .refine(
      mayBeSent,
      'must be a close code that may be sent: 1000 to 1014 without 1004, 1005, 1006, 1010, or 3000 to 4999',
    )
    .optional(),
  reason: z
    .string('must be text')
    .refine((text) => new TextEncoder().encode(text).length <= REASON_MAX, `must have at most ${REASON_MAX} bytes`)
    .optional(),
}

/**
 * A rule at the top keeps a client out for so long, such as 10m, or `forever`, which is until somebody removes the rule:
 * by its user, else its address or uid.
 */
const blockFor = z
  .string('must be a duration, such as 10m, or forever')
  .max(20, 'must be a duration, such as 10m, or forever')
  .optional()

export const closeBody = z.strictObject({
  ...closing,
  blockFor,
})

/** Which connections are meant: open ones for which all that is said is true. */
export const connectionSelection = z.strictObject({
  state: z.enum(['open', 'paused'], 'must be open or paused').optional(),
  /** As in the filter field. */
  q: z.string('must be text').max(FILTER_MAX, `must have at most ${FILTER_MAX} characters`).optional(),
  service: z.string('must be text').max(255, 'must have at most 255 characters').optional(),
  user: word.optional(),
  /** Id of a rule that matched. */
  rule: z.string('must be an id').max(60, 'must be an id').optional(),
  ids: z.array(z.string('must be an id').max(60, 'must be an id')).max(10_000, 'at most 10 000 ids').optional(),
})
export type ConnectionSelection = z.infer<typeof connectionSelection>

/** Connections closed in a second when nothing is said: few enough for clients that come back at once. */
export const CLOSES_PER_SECOND = 100

/** Clients that one closing may block. */
export const BLOCKS_MAX = 50

export const closeManyBody = z
  .strictObject({
    filter: connectionSelection.refine(
      (filter) => Object.values(filter).some((value) => value !== undefined),
      'must say which connections are meant; all of them are {"state": "open"}',
    ),
    ...closing,
    /** Either so many a second, or evenly over a time. */
    pace: z
      .strictObject({
        perSecond: z.number('must be a number').min(0.1, 'must be at least 0.1').max(10_000, 'must be at most 10000'),
      })
      .optional(),
    /** From 1s to 1h. */
    over: duration.optional(),
    /** One rule for each client, at most `BLOCKS_MAX` of them. */
    blockFor,
    /** Closes nothing, and says what would be. */
    dryRun: z.boolean('must be true or false').default(false),
  })
  .refine(({ pace, over }) => pace === undefined || over === undefined, {
    path: ['over'],
    message: 'can not be there together with pace: say one of them',
  })
export type CloseManyBody = z.input<typeof closeManyBody>

/** Answer to `POST /connections/close`. */
export interface CloseManyResult {
  /** How many are or would be closed. */
  readonly count: number
  readonly perService: Readonly<Record<string, number>>
  readonly perSecond: number
  /** How long it takes, in milliseconds. */
  readonly takesMs: number
  readonly dryRun: boolean
  /** Its id among `GET /connections/closes`; null when nothing is left to be closed. */
  readonly job: string | null
}

/** A message of a connection, as `GET /connections/{id}/messages` shows it. */
export interface ShownMessage {
  /** When it was complete. */
  readonly at: number
  /** `up`: client to service. */
  readonly direction: 'up' | 'down'
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close'
  /** Bytes of its payload, shown or not. */
  readonly length: number
  /** Less is shown than that. */
  readonly cut: boolean
  /** Reading began in the middle of it. */
  readonly partial: boolean
  /** The payload, where it is text; values of fields whose names look secret are replaced. */
  readonly text: string | null
  /** The payload, where it is not. */
  readonly base64: string | null
  readonly redacted: boolean
  /** Of a close frame. */
  readonly code?: number
  readonly reason?: string
  /** libipc's type and user type, where the codec has them. */
  readonly mtype?: number
  readonly utype?: number
}

/** `GET /connections/{id}/messages`: what the reader is sent, numbered from 0. */
export type TapEvent =
  | { readonly type: 'tap'; readonly seq: number; readonly connection: ConnectionInfo }
  /** `missed`: how many before it were too many to be shown. */
  | { readonly type: 'message'; readonly seq: number; readonly missed: number; readonly message: ShownMessage }
  /** The connection is over. */
  | { readonly type: 'ended'; readonly seq: number; readonly connection: ConnectionInfo | null }

/** Why the messages of a connection are read: in the query, or in the header `sockgate-reason`. */
export const tapReason = z
  .string('must be given once')
  .trim()
  .min(3, 'must say in some words why the messages are read')
  .max(300, 'must have at most 300 characters')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line of visible characters')

// Services.

/** `PUT /services/{name}`: as in the file, names in the spelling of the API. What is left out takes its default. */
export const serviceBody = z.strictObject({
  target: z
    .string('must be a URI, such as unix:NAME or unix:/run/pong.sock')
    .min(1, 'must not be empty')
    .max(1000, 'must have at most 1000 characters'),
  codec: z.string('must be the name of a codec').max(60, 'must be the name of a codec').optional(),
  text: z.boolean('must be true or false').optional(),
  barrier: z.boolean('must be true or false').optional(),
  compression: z.boolean('must be true or false').optional(),
  halfClose: z.boolean('must be true or false').optional(),
  /** In bytes, or as `64KiB`. */
  maxMessage: z.union([z.int(), z.string().max(20)], 'must be a number of bytes, or a size such as 64KiB').optional(),
  maxConnections: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1_000_000, 'must be at most 1000000')
    .optional(),
})
export type ServiceBody = z.input<typeof serviceBody>

/** `GET /services/{name}`. */
export interface ServiceDetail extends ServiceInfo {
  /** What the dashboard's entry says; null for the others. */
  readonly entry: ServiceBody | null
  /** Entries of the policy whose pattern matches its name, or that lead to it. */
  readonly rules: readonly FirewallRule[]
  readonly redirects: readonly Redirect[]
  /** The newest that are open, at most 50. */
  readonly open: readonly ConnectionInfo[]
  /** The newest that were refused or ended otherwise than normally, at most 50. */
  readonly trouble: readonly ConnectionInfo[]
}
