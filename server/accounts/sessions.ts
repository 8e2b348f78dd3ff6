import type { SessionRecord } from '../store/store.ts'
import type { Clocks } from './clocks.ts'
import { hashKey, hashSecret, isSecret, makeId, makeSecret, secretKey } from './tokens.ts'

/** Without a request. */
export const IDLE_MS = 30 * 60_000
/** From the sign-in, however busy. */
export const ABSOLUTE_MS = 12 * 60 * 60_000
/** How often it is written down that a session was seen. */
const SAVE_SEEN_MS = 60_000
/** Of one user at once; with one more, the one that was idle longest ends. */
export const PER_USER_MAX = 32

/** An open session. Both clocks count, and the later one decides: neither a jump nor a sleep makes it live longer. */
interface Open {
  readonly record: SessionRecord
  readonly openedMonotonic: number
  seenAt: number
  seenMonotonic: number
  savedMonotonic: number
}

/** What one request found: the session, its end if nothing else is asked, and whether to write down that it was seen. */
export interface Found {
  readonly record: SessionRecord
  readonly expiresAt: number
  readonly save: boolean
}

/** The sessions that are open, by the hash of their cookie. Knows time and rights of nobody; the store is its owner's. */
export class Sessions {
  readonly #clocks: Clocks
  readonly #open = new Map<string, Open>()

  /** @param records those of an earlier run; how long they have lived is taken from the wall clock this once */
  constructor(clocks: Clocks, records: readonly SessionRecord[]) {
    this.#clocks = clocks
    const monotonic = clocks.monotonic()
    for (const record of records) {
      const now = Math.max(clocks.now(), record.seenAt) // the clock may have gone back meanwhile
      this.#open.set(hashKey(record.hash), {
        record,
        openedMonotonic: monotonic - Math.max(0, now - record.createdAt),
        seenAt: record.seenAt,
        seenMonotonic: monotonic - (now - record.seenAt),
        savedMonotonic: monotonic,
      })
    }
  }

  /** A new one with a new id and cookie, not open yet: save it, then `add` it. */
  make(user: string, from: string): { record: SessionRecord; cookie: string } {
    const cookie = makeSecret()
    const at = this.#clocks.now()
    return { record: { id: makeId(), hash: hashSecret(cookie), user, createdAt: at, seenAt: at, from }, cookie }
  }

  /** Opens it. @returns when it ends at the latest if nothing is asked */
  add(record: SessionRecord): number {
    const monotonic = this.#clocks.monotonic()
    this.#open.set(hashKey(record.hash), {
      record,
      openedMonotonic: monotonic,
      seenAt: record.seenAt,
      seenMonotonic: monotonic,
      savedMonotonic: monotonic,
    })
    return record.seenAt + Math.min(IDLE_MS, ABSOLUTE_MS)
  }

  /** Finds and prolongs it. Null when there is none, or its time is over. */
  find(cookie: string): Found | null {
    const open = isSecret(cookie) ? this.#open.get(secretKey(cookie)) : undefined
    if (!open || this.#leftMs(open) <= 0) return null
    const monotonic = this.#clocks.monotonic()
    open.seenAt = this.#clocks.now()
    open.seenMonotonic = monotonic
    const save = monotonic - open.savedMonotonic >= SAVE_SEEN_MS
    if (save) open.savedMonotonic = monotonic
    return { record: open.record, expiresAt: open.seenAt + this.#leftMs(open), save }
  }

  byId(id: string): SessionRecord | null {
    return this.list().find((record) => record.id === id) ?? null
  }

  /** The oldest first, with the time when each was last seen. */
  list(): SessionRecord[] {
    return [...this.#open.values()].map(({ record, seenAt }) => ({ ...record, seenAt }))
  }

  ofUser(user: string): SessionRecord[] {
    return this.list().filter((record) => record.user === user)
  }

  /** Those of a user that have to go so that there is room for one more. */
  surplus(user: string): SessionRecord[] {
    const mine = this.ofUser(user).toSorted((a, b) => a.seenAt - b.seenAt)
    return mine.slice(0, Math.max(0, mine.length + 1 - PER_USER_MAX))
  }

  /** From now on there is none like these. */
  drop(records: readonly SessionRecord[]): void {
    for (const { hash } of records) this.#open.delete(hashKey(hash))
  }

  /** Drops those whose time is over. @returns them */
  dropExpired(): SessionRecord[] {
    const over = [...this.#open.values()].filter((open) => this.#leftMs(open) <= 0).map(({ record }) => record)
    this.drop(over)
    return over
  }

  #leftMs({ record, openedMonotonic, seenAt, seenMonotonic }: Open): number {
    const now = this.#clocks.now()
    const monotonic = this.#clocks.monotonic()
    const idleMs = Math.max(now - seenAt, monotonic - seenMonotonic)
    const ageMs = Math.max(now - record.createdAt, monotonic - openedMonotonic)
    return Math.min(IDLE_MS - idleMs, ABSOLUTE_MS - ageMs)
  }
}
