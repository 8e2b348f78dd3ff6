import type { PolicyPreview } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { send } from '../api/client.ts'
import { mayPass } from './draft-requests.ts'
import type { DraftState } from './draft-state.ts'

/** Between tries while the gateway does not answer, in ms. */
const AGAIN_MS = 5000

type Told = Partial<Pick<DraftState, 'preview' | 'previewing' | 'previewError'>>

/**
 * Asks the gateway what a document would do; only the answer to the last question counts. Without an answer it asks
 * again until there is one. Owned by the draft store, which calls `stop`.
 */
export class PreviewAsker {
  readonly #tell: (told: Told) => void
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Number of the last question. */
  #asked = 0
  /** What the last answer was about. */
  #about: PolicyDocument | null = null

  constructor(tell: (told: Told) => void) {
    this.#tell = tell
  }

  ask(document: PolicyDocument, delayMs: number): void {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    this.#timer = setTimeout(() => void this.#ask(document, asked), delayMs)
    this.#tell({ previewing: true })
  }

  /** There is nothing to ask about. */
  forget(): void {
    this.stop()
    this.#tell({ preview: null, previewing: false, previewError: null })
  }

  /** Asks nothing more, and hears no answer. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#asked++
  }

  async #ask(document: PolicyDocument, asked: number): Promise<void> {
    try {
      const response = await send('POST', '/policy/preview', { document })
      const preview = (await response.json()) as PolicyPreview
      if (asked !== this.#asked) return
      this.#about = document
      this.#tell({ preview, previewing: false, previewError: null })
    } catch (error) {
      if (asked !== this.#asked) return
      // What is known of another document is not shown as if it were of this one.
      const old = this.#about === document ? {} : { preview: null }
      this.#tell({ ...old, previewing: false, previewError: error as Error })
      if (mayPass(error)) this.#timer = setTimeout(() => void this.#ask(document, asked), AGAIN_MS)
    }
  }
}
