import type { AccountsDesk, Identity } from '../accounts/desk.ts'

/** Open streams by whose right they are open; each ends in the turn in which its session or token does. */
export class Admitted {
  readonly #ends = new Map<() => void, string | null>()
  readonly #stop: () => void

  /** Owned by a route file: call `close` with the listener. */
  constructor(accounts: Pick<AccountsDesk, 'onEnded'>) {
    this.#stop = accounts.onEnded(({ sessions, tokens }) => {
      const over = new Set([...sessions, ...tokens])
      for (const [end, id] of this.#ends) if (id !== null && over.has(id)) end()
    })
  }

  get size(): number {
    return this.#ends.size
  }

  /** @param end called at most once @returns forgets it, called by whoever sees the stream end */
  add({ id }: Identity, end: () => void): () => void {
    const once = (): void => {
      if (this.#ends.delete(once)) end()
    }
    this.#ends.set(once, id)
    return () => void this.#ends.delete(once)
  }

  close(): void {
    this.#stop()
    this.#ends.clear()
  }
}
