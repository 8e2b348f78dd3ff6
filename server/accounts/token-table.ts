import type { TokenInfo, TokenScope } from '../../shared/api.ts'
import type { TokenRecord } from '../store/store.ts'
import type { Clocks } from './clocks.ts'
import { hashKey, isToken, secretKey } from './tokens.ts'

/** How often it is written down that a token was used. */
const SAVE_USED_MS = 60_000

interface Entry {
  readonly record: TokenRecord
  lastUsedAt: number | null
  /** Its time is over; stays so when the clock goes back. */
  expired: boolean
}

/** All tokens by the hash of what is shown, so that a connection's token is found without asking the store. */
export class TokenTable {
  readonly #clocks: Clocks
  readonly #byKey = new Map<string, Entry>()
  readonly #byId = new Map<string, Entry>()
  /** Used since they were last written down. */
  readonly #used = new Set<Entry>()
  #savedAt: number

  constructor(clocks: Clocks, records: readonly TokenRecord[]) {
    this.#clocks = clocks
    this.#savedAt = clocks.monotonic()
    for (const record of records) this.add(record)
  }

  get size(): number {
    return this.#byId.size
  }

  add(record: TokenRecord): void {
    const entry = { record, lastUsedAt: record.lastUsedAt, expired: isOver(record, this.#clocks.now()) }
    this.#byKey.set(hashKey(record.hash), entry)
    this.#byId.set(record.id, entry)
  }

  byId(id: string): TokenRecord | null {
    return this.#byId.get(id)?.record ?? null
  }

  /** Ids of a user's tokens, of these kinds only where told. */
  idsOf(user: string, wanted: (scope: TokenScope) => boolean = () => true): string[] {
    return [...this.#byId.values()].filter(({ record }) => record.user === user && wanted(record.scope)).map(idOf)
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#byId.get(id)
      if (!entry) continue
      this.#byId.delete(id)
      this.#byKey.delete(hashKey(entry.record.hash))
      this.#used.delete(entry)
    }
  }

  /** The token that this is, if it still holds. Tell `use` when it lets somebody in. */
  find(token: string): TokenRecord | null {
    const entry = isToken(token) ? this.#byKey.get(secretKey(token)) : undefined
    return entry && !entry.expired && !isOver(entry.record, this.#clocks.now()) ? entry.record : null
  }

  use(id: string): void {
    const entry = this.#byId.get(id)
    if (!entry) return
    entry.lastUsedAt = this.#clocks.now()
    this.#used.add(entry)
  }

  /** Ids of those whose time is over since the last call. */
  expire(): string[] {
    const now = this.#clocks.now()
    const over = [...this.#byId.values()].filter(({ record, expired }) => !expired && isOver(record, now))
    for (const entry of over) entry.expired = true
    return over.map(idOf)
  }

  /**
   * Hands what was used to `save`, at most once a minute, or always with `always`. What could not be saved is tried again
   * with the next.
   */
  saveUsed(save: (used: readonly { id: string; at: number }[]) => void, always = false): void {
    const monotonic = this.#clocks.monotonic()
    if (this.#used.size === 0 || (!always && monotonic - this.#savedAt < SAVE_USED_MS)) return
    this.#savedAt = monotonic
    save([...this.#used].map((entry) => ({ id: idOf(entry), at: entry.lastUsedAt! })))
    this.#used.clear()
  }

  list(): TokenInfo[] {
    return [...this.#byId.values()].map(({ record, lastUsedAt }) => ({ ...tokenInfo(record), lastUsedAt }))
  }
}

/** What may be shown of it: field by field, so that a new one is not shown by accident. */
export function tokenInfo({ id, name, user, scope, createdAt, expiresAt, lastUsedAt }: TokenRecord): TokenInfo {
  return { id, name, user, scope, createdAt, expiresAt, lastUsedAt }
}

function isOver({ expiresAt }: TokenRecord, now: number): boolean {
  return expiresAt !== null && now >= expiresAt
}

function idOf({ record }: Entry): string {
  return record.id
}
