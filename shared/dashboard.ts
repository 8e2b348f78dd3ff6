import { z } from 'zod'

import type { ConnectionInfo, ServiceInfo } from './connection.ts'
import { redirectSchema, ruleSchema } from './policy/document.ts'
import type { PolicyDocument } from './policy/document.ts'

// What the admin API has for the dashboard's sake, besides what `api.ts` says.

// Drafts: `GET`, `PUT` and `DELETE /policy/draft`, one for each account.

/** Rules that somebody has begun to change. It need not be a document that could be committed. */
export interface Draft {
  /** Version that it was made on. */
  readonly base: number
  readonly document: PolicyDocument
  /** Milliseconds since 1970, like all times. */
  readonly savedAt: number
}

/** `GET /policy/draft`. */
export interface DraftAnswer {
  readonly draft: Draft | null
}

/** Somebody's draft as others see it: in the policy state and so in the live feed. */
export interface DraftNote {
  readonly user: string
  readonly base: number
  readonly savedAt: number
}

/** Levels of lists and objects in what is kept as it comes. */
const LEVELS_MAX = 32

export const draftBody = z.strictObject({
  base: z.int('must be the number of a version').min(1, 'must be the number of a version'),
  /** Kept as it comes, as long as it has the outline of a document. */
  document: z
    .looseObject(
      {
        rules: z.array(z.unknown(), 'must be a list'),
        redirects: z.array(z.unknown(), 'must be a list'),
        tests: z.array(z.unknown(), 'must be a list'),
      },
      'must be a document',
    )
    .refine((document) => !isDeeper(document, LEVELS_MAX), 'is nested too deep'),
})

/** `POST /policy/matches`: which connections one entry alone would match, wherever it stood. */
export const matchesBody = z.union([z.strictObject({ rule: ruleSchema }), z.strictObject({ redirect: redirectSchema })])
export interface MatchesAnswer {
  readonly open: number
  /** Closed or refused lately. */
  readonly recent: number
  /** At most 100 ids of open ones. */
  readonly ids: readonly string[]
}

// Preferences: `GET /preferences`, `PUT /preferences/{key}` `{value}`; what an account has set for its own pages.

export const preferenceBody = z.strictObject({
  /** Null forgets it. */
  value: z
    .unknown()
    .refine((value) => value !== undefined, 'must be there; null forgets it')
    .refine((value) => !isDeeper(value, LEVELS_MAX), 'is nested too deep'),
})
/** Lower-case words: `connections.views`. */
export const PREFERENCE_KEY = /^[a-z][a-z0-9.-]{0,59}$/
export const PREFERENCES_MAX = 50
export const PREFERENCE_BYTES = 16 * 1024
export type Preferences = Readonly<Record<string, unknown>>

// Connections.

/** One thing that happened to a connection, for its page. */
export interface TimelineEntry {
  readonly at: number
  readonly kind: 'accepted' | 'decided' | 'redirected' | 'connected' | 'first-byte' | 'paused' | 'ended'
  /** A sentence without a dot: `rule default-in let it in`, `service connected in 3 ms`. */
  readonly text: string
}

/** Answer to `GET /connections/{id}`. */
export interface ConnectionDetail extends ConnectionInfo {
  /** Oldest first, at most 100. */
  readonly timeline: readonly TimelineEntry[]
}

/** A paced closing that is under way: `GET /connections/closes`; `DELETE /connections/closes/{id}` stops it. */
export interface CloseJob {
  readonly id: string
  readonly by: string
  readonly startedAt: number
  readonly total: number
  readonly done: number
  /** When the last one is closed. */
  readonly endsAt: number
}

// Overview.

/** `GET /overview`: what the first page shows besides the live feed. */
export interface OverviewAnswer {
  /** One point each `stepMs`, oldest first, at most 15 minutes. */
  readonly history: {
    readonly stepMs: number
    /** When the last point was taken. */
    readonly at: number
    readonly open: readonly number[]
    readonly refused: readonly number[]
    /** Messages both ways in that step. */
    readonly messages: readonly number[]
    readonly bytes: readonly number[]
  }
  readonly refusedLastHour: number
  /** Resident memory of the gateway, and what waits in its buffers. */
  readonly rssBytes: number
  readonly bufferedBytes: number
  readonly attention: readonly Attention[]
}

/** Something that wants a look, heaviest first. */
export interface Attention {
  readonly kind:
    | 'service-down'
    | 'idle-closings'
    | 'rule'
    | 'certificate'
    | 'disk'
    | 'audit'
    | 'clock'
    | 'policy-file'
    | 'gateway'
  readonly weight: 'error' | 'warning' | 'info'
  /** What it is about: name of a service, id of a rule; empty when there is none. */
  readonly about: string
  readonly title: string
  /** What it means and what to do, as sentences. */
  readonly detail: string
  /** The one thing to do: a page to open. Null when nothing here can help. */
  readonly link: { readonly path: string; readonly text: string } | null
}

// Services.

/** How a service stands. `unknown`: nobody has asked for it yet. */
export type ServiceState = 'up' | 'down' | 'unknown' | 'disabled'

/** Answer to `POST /services/{name}/probe`: connects, says nothing, and hangs up. */
export interface ProbeAnswer {
  readonly ok: boolean
  readonly tookMs: number
  /** A sentence: `connected`, or what is in the way and what to do. */
  readonly message: string
  readonly service: ServiceInfo
}

/** `POST /services/{name}/disable`; `POST /services/{name}/enable` takes no body. */
export const disableBody = z.strictObject({
  /** What happens to open connections. */
  existing: z.enum(['keep', 'close', 'drain'], 'must be keep, close or drain').default('keep'),
  drainOver: z.string().max(20, 'must be a duration, such as 60s').default('30s'),
})

/** One thing found on this machine that could be a service: `GET /services/candidates`. */
export interface Candidate {
  /** Name it has or would have. */
  readonly name: string
  /** URI for a definition: `unix:/run/x.sock`, `tcp://127.0.0.1:6379`. */
  readonly target: string
  readonly kind: 'unix' | 'tcp'
  /** Name of the user or the process it belongs to, as far as known. */
  readonly owner: string
  readonly reachable: boolean
  /** In words: `readable by group ipc, we are in that group: can connect`. */
  readonly verdict: string
  /** Whether it is a service already. */
  readonly known: boolean
}

/** `POST /services/echo`: starts the built-in echo service and defines it; answers its ServiceInfo. */
export const ECHO_SERVICE = 'echo'

// Settings.

/** One setting as `GET /settings` tells it. Secrets are not among them. */
export interface Setting {
  /** As on the command line: `connect-timeout`. */
  readonly name: string
  /** Heading that it stands under. */
  readonly group: string
  readonly help: string
  readonly value: string
  readonly default: string
  /** Who has set it; what file or environment sets is locked here. */
  readonly source: 'default' | 'command line' | 'file' | 'environment'
}

export interface CertificateInfo {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  readonly validFrom: number
  readonly validTo: number
  readonly fingerprint: string
}

export interface SettingsAnswer {
  readonly settings: readonly Setting[]
  readonly certificate: CertificateInfo | null
  /** `restoresAt`: when the level goes back by itself; null when it does not. */
  readonly log: { readonly level: string; readonly restoresAt: number | null }
  readonly about: {
    readonly version: string
    readonly node: string
    readonly platform: string
    readonly licences: readonly { readonly name: string; readonly version: string; readonly licence: string }[]
  }
}

/** `POST /settings/log-level`: another level for a while; `for` up to 24h. */
export const logLevelBody = z.strictObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error'], 'must be trace, debug, info, warn or error'),
  for: z.string().max(20, 'must be a duration, such as 15m').default('15m'),
})

/** One line of `POST /settings/check`, the self-check that `sockgate doctor` makes, too. */
export interface CheckLine {
  readonly ok: boolean
  readonly title: string
  readonly detail: string
}

/** Whether something from JSON has more levels of lists and objects. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}
