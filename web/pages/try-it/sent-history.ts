import type { Form } from './compose.ts'

/** Something that was written and sent. */
export interface Written {
  readonly form: Exclude<Form, 'file'>
  readonly draft: string
}

const KEPT = 50

/** What was sent from the composer, for going back to: the newest is the nearest. */
export class SentHistory {
  #sent: Written[] = []
  /** Which one stands in the composer; as many as there are for none. */
  #at = 0

  add(written: Written): void {
    const last = this.#sent.at(-1)
    if (last?.draft !== written.draft || last.form !== written.form) this.#sent.push(written)
    if (this.#sent.length > KEPT) this.#sent.shift()
    this.#at = this.#sent.length
  }

  /** What stands in the composer, if that is one of these, unchanged. */
  isShown(draft: string): boolean {
    return this.#sent[this.#at]?.draft === draft
  }

  /** The one before; null when there is none. */
  older(): Written | null {
    if (this.#at === 0) return null
    return this.#sent[--this.#at] ?? null
  }

  /** The one after; null behind the newest, where the composer is empty again. */
  newer(): Written | null {
    if (this.#at < this.#sent.length) this.#at++
    return this.#sent[this.#at] ?? null
  }

  /** The composer was changed by hand: the next step back is to the newest. */
  leave(): void {
    this.#at = this.#sent.length
  }
}
