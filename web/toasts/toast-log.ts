export interface Said {
  readonly at: number
  readonly text: string
}

const DAY_MS = 24 * 3600 * 1000
const MAX = 200

/** What toasts have said in the last day, newest first, and how much of it nobody has looked at. */
export class ToastLog {
  #said: readonly Said[] = []
  #unseen = 0
  #state: { readonly said: readonly Said[]; readonly unseen: number } = { said: [], unseen: 0 }
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = () => this.#state

  add(text: string, at = Date.now()): void {
    this.#said = [{ at, text }, ...this.#said.filter((said) => said.at > at - DAY_MS)].slice(0, MAX)
    this.#unseen++
    this.#changed()
  }

  /** Somebody has looked. */
  seen(): void {
    this.#unseen = 0
    this.#changed()
  }

  #changed(): void {
    this.#state = { said: this.#said, unseen: Math.min(this.#unseen, this.#said.length) }
    for (const listener of this.#listeners) listener()
  }
}
