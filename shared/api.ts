import type { ConnectionInfo } from './connection.ts'

/** Body of every error of the admin API (RFC 9457), sent as `application/problem+json`. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  /** One sentence: what was wrong, where, what to do. */
  readonly detail: string
  readonly code: string
  readonly requestId: string
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
