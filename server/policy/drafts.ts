import type { Draft, DraftNote } from '../../shared/dashboard.ts'
import type { DraftStore } from '../store/store.ts'

/** Longest that it takes until others hear that a draft was saved once more. */
const TOLD_MS = 1000

/** What the admin side can do with drafts. `Drafts` is it. Methods may throw StoreError. */
export interface DraftDesk {
  of(user: string): Draft | null
  /** Keeps it in place of the one before, whatever it says. @param base version that it was made on */
  save(user: string, base: number, document: Draft['document']): Draft
  /** Nothing happens when there is none. */
  discard(user: string): void
  /** The account is gone, and in the store its draft with it. Throws nothing. */
  forget(user: string): void
}

/**
 * The drafts of all accounts. Who has one is known without asking the store, as the policy state tells of it. Owned by
 * `app.ts`, which calls `close`.
 */
export class Drafts implements DraftDesk {
  readonly #store: DraftStore
  readonly #notes: Map<string, DraftNote>
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined

  /** @throws StoreError */
  constructor(store: DraftStore) {
    this.#store = store
    this.#notes = new Map(store.list().map((note) => [note.user, note]))
  }

  /** Who has begun changes, by name. */
  notes(): DraftNote[] {
    return [...this.#notes.values()].toSorted((a, b) => (a.user < b.user ? -1 : 1))
  }

  /** Calls back when a draft appears, goes, or gets another base; at most once a second when one is only saved again. */
  onChange(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => void this.#listeners.delete(changed)
  }

  of(user: string): Draft | null {
    return this.#notes.has(user) ? this.#store.get(user) : null
  }

  save(user: string, base: number, document: Draft['document']): Draft {
    const savedAt = Date.now()
    const draft = { base, savedAt, document }
    this.#store.save(user, draft)
    const before = this.#notes.get(user)
    this.#notes.set(user, { user, base, savedAt })
    if (before?.base === base) this.#timer ??= setTimeout(() => this.#tell(), TOLD_MS)
    else this.#tell()
    return draft
  }

  discard(user: string): void {
    if (!this.#notes.has(user)) return
    this.#store.delete(user)
    this.forget(user)
  }

  forget(user: string): void {
    if (this.#notes.delete(user)) this.#tell()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const listener of this.#listeners) listener()
  }
}
