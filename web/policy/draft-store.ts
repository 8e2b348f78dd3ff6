import type { PolicyState } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { ApiFailure, request, send } from '../api/client.ts'
import { text } from '../messages/draft.ts'
import { noHistory, stepBack, stepForth, stepped } from './draft-history.ts'
import type { Standing } from './draft-history.ts'
import { fetchBase, fetchCurrent, fetchDraft, mayPass, putDraft } from './draft-requests.ts'
import { none, nothingYet } from './draft-state.ts'
import type { DraftState } from './draft-state.ts'
import { PreviewAsker } from './preview-asker.ts'
import { isSame, settled } from './settled.ts'

export type { DraftState, Version } from './draft-state.ts'

/** After the last edit it is quiet for so long before the gateway is asked, in ms. */
const PREVIEW_MS = 600
const SAVE_MS = 800
/** Between tries while the gateway does not answer. */
const AGAIN_MS = 5000
/** A commit of ten thousand rules takes a moment. */
const COMMIT_TIMEOUT_MS = 30_000

/**
 * The one draft of the account that is signed in. Edits are steps that can be undone; each is kept on the gateway a
 * moment later, so that a lost link, a closed tab or another computer loses nothing. `followPolicy` is told of what is
 * in force: without a draft it is shown at once, with one it appears as `theirs` and nothing is overwritten.
 *
 * Two tabs of one account have one draft: what was kept last is the draft. The other tab takes it over as a step, and
 * undo has what stood there before; while it has something of its own that is not kept yet, it goes on with that.
 */
export class DraftStore {
  #state: DraftState = nothingYet
  readonly #user: string | null
  #history = noHistory
  /** In force, as far as is known here. */
  #latest = none
  /** The draft that the gateway has: when it was kept, and when that was last seen in the feed. 0: there is none. */
  #keptAt = 0
  #seenAt = 0
  #loading: Promise<void> | null = null
  #following: Promise<void> | null = null
  readonly #previews = new PreviewAsker((told) => this.#set(told))
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> = Promise.resolve()
  #stopped = false
  readonly #listeners = new Set<() => void>()

  /** @param user whose draft it is; without it, what other tabs of the same account do is not followed */
  constructor(user: string | null = null) {
    this.#user = user
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): DraftState => this.#state

  /** Asks for the rules in force and the account's draft. Called when the page starts, and to try again. */
  load(): Promise<void> {
    this.#stopped = false
    this.#loading ??= this.#load().finally(() => (this.#loading = null))
    return this.#loading
  }

  /** Asks and keeps nothing more until `load`: whoever signs in next must not find this draft as theirs. */
  readonly stop = (): void => {
    this.#stopped = true
    clearTimeout(this.#saveTimer)
    this.#previews.stop()
  }

  async #load(): Promise<void> {
    try {
      const [latest, draft] = await Promise.all([fetchCurrent(), fetchDraft()])
      const base = draft === null ? latest : await fetchBase(draft.base, [latest])
      this.#latest = latest
      this.#history = noHistory
      this.#keptAt = draft?.savedAt ?? 0
      this.#set({ status: 'ready', error: null, saved: 'saved', saveError: null })
      this.#stand({ base, document: draft?.document ?? base.document })
    } catch (error) {
      this.#set({ status: 'failed', error: error as Error })
    }
  }

  /** What the live feed says is in force: see `theirs`; and who has a draft: see about two tabs above. */
  followPolicy(state: PolicyState): void {
    if (this.#state.status !== 'ready' || this.#following !== null) return
    const { document } = this.#state
    const task =
      state.current.version !== this.#latest.version
        ? this.#follow()
        : this.#isElsewhere(state.drafts)
          ? this.#takeOver(document, this.#toldOf(state.drafts))
          : null
    // What could not be asked is asked again with the next news.
    this.#following = task?.catch(() => undefined).finally(() => (this.#following = null)) ?? null
  }

  async #follow(): Promise<void> {
    const latest = await fetchCurrent()
    this.#latest = latest
    // As it stands by now: there may be a draft by the time the answer comes, or none any more.
    const { base, document, changes } = this.#state
    const isDraft = changes.length > 0
    this.#stand(isDraft ? { base, document } : { base: latest, document: latest.document })
    if (isDraft && this.#state.base !== base) this.#keep()
  }

  /** Whether another tab has kept or dropped the draft since this one did; never while there is something to keep here. */
  #isElsewhere(drafts: PolicyState['drafts']): boolean {
    const savedAt = this.#toldOf(drafts)
    const dropped = savedAt === 0 && this.#seenAt === this.#keptAt && this.#keptAt > 0
    if (savedAt === this.#keptAt) this.#seenAt = savedAt
    return this.#state.saved === 'saved' && (savedAt > this.#keptAt || dropped)
  }

  /** When the draft of this account was kept last, as the feed tells; 0: it has none. */
  #toldOf(drafts: PolicyState['drafts']): number {
    return drafts.find(({ user }) => user === this.#user)?.savedAt ?? 0
  }

  async #takeOver(shown: PolicyDocument, toldAt: number): Promise<void> {
    const draft = await fetchDraft()
    const before = { base: this.#state.base, document: this.#state.document }
    const base = draft === null ? this.#latest : await fetchBase(draft.base, [this.#latest, before.base])
    if (this.#state.document !== shown) return // somebody goes on here: this is kept next
    this.#keptAt = draft?.savedAt ?? toldAt
    this.#seenAt = this.#keptAt
    const after = { base, document: draft?.document ?? base.document }
    if (isSame(before.document, after.document) && before.base.version === base.version) return
    this.#history = stepped(this.#history, { label: text.otherTab, comment: null, before, after })
    this.#stand(after)
  }

  /**
   * One step: `change` makes the next document from the present one, or returns the same for no change.
   * @param label what it does, for undo: `Move rule 3`
   * @param comment what the history of versions should say of it when it is committed
   */
  edit(label: string, change: (document: PolicyDocument) => PolicyDocument, comment: string | null = null): void {
    const { base, document } = this.#state
    const after = change(document)
    if (after !== document) this.#step(label, { base, document: after }, comment)
  }

  /** @returns what was undone; null when there was nothing */
  undo(): string | null {
    const back = stepBack(this.#history)
    if (back === null) return null
    this.#history = back.history
    this.#stand(back.step.before)
    this.#keep()
    return back.step.label
  }

  /** @returns what was done again; null when there was nothing */
  redo(): string | null {
    const forth = stepForth(this.#history)
    if (forth === null) return null
    this.#history = forth.history
    this.#stand(forth.step.after)
    this.#keep()
    return forth.step.label
  }

  /** Back to what is in force; a step like others. */
  discard(label: string): void {
    this.#step(label, { base: this.#latest, document: this.#latest.document })
  }

  /** The draft goes on from what is in force now, with this document: how a conflict is settled. A step like others. */
  settle(label: string, document: PolicyDocument): void {
    const { theirs } = this.#state
    if (theirs !== null) this.#step(label, { base: theirs, document })
  }

  /**
   * Brings the draft into force.
   * @param options as `POST /policy/commit` takes them, besides the document
   * @throws ApiFailure: 412 when somebody was faster (`theirs` is there then), 409, 422; TypeError without an answer
   */
  async commit(options: Readonly<Record<string, unknown>>): Promise<PolicyState> {
    const { base, document } = this.#state
    const response = await request('/policy/commit', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${base.version}"` },
      body: JSON.stringify({ document, ...options }),
      signal: AbortSignal.timeout(COMMIT_TIMEOUT_MS),
    }).catch(async (error: unknown) => {
      if (error instanceof ApiFailure && error.problem.status === 412) await this.#follow().catch(() => undefined)
      throw error
    })
    const state = (await response.json()) as PolicyState
    const committed = { version: state.current.version, document }
    this.#latest = await fetchCurrent().catch(() => committed)
    this.#history = noHistory
    // Somebody may have gone on while it took effect: that is the next draft.
    const { changes, document: now } = this.#state
    const gone = changes.length === 0 || now === document
    this.#stand(gone ? { base: this.#latest, document: this.#latest.document } : { base: committed, document: now })
    this.#set({ saved: 'saving' })
    void this.#save()
    return state
  }

  /** Asks again what the draft would do: connections come and go. */
  refreshPreview(): void {
    const { document, changes } = this.#state
    if (changes.length > 0) this.#previews.ask(document, 0)
  }

  /** Keeps at once what would be kept in a moment: the page may be about to go. */
  readonly flush = (): void => {
    if (this.#saveTimer !== undefined && this.#state.saved === 'saving') void this.#save(true)
  }

  #step(label: string, after: Standing, comment: string | null = null): void {
    const { base, document } = this.#state
    this.#history = stepped(this.#history, { label, comment, before: { base, document }, after })
    this.#stand(after)
    this.#keep()
  }

  #stand(standing: Standing): void {
    const latest = this.#latest
    const { base, document, changes } = settled(standing, latest)
    const { done, undone } = this.#history
    this.#set({
      base,
      document,
      changes,
      theirs: base.version === latest.version ? null : latest,
      undo: done.at(-1)?.label ?? null,
      redo: undone.at(-1)?.label ?? null,
      comment: [...new Set(done.flatMap(({ comment }) => comment ?? []))].join('; '),
    })
    if (changes.length > 0) this.#previews.ask(document, PREVIEW_MS)
    else this.#previews.forget()
  }

  #keep(): void {
    this.#set({ saved: 'saving' })
    clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => void this.#save(), SAVE_MS)
  }

  /** One at a time, in order; what can't be kept now is tried again until it is. */
  #save(last = false): Promise<void> {
    clearTimeout(this.#saveTimer)
    this.#saveTimer = undefined
    this.#saving = this.#saving.then(() => this.#saveNow(last))
    return this.#saving
  }

  async #saveNow(last: boolean): Promise<void> {
    if (this.#stopped) return
    const { base, document, changes } = this.#state
    try {
      if (changes.length === 0) await send('DELETE', '/policy/draft')
      else {
        const { draft } = await putDraft({ base: base.version, document }, last)
        this.#keptAt = Math.max(this.#keptAt, draft?.savedAt ?? 0)
      }
      if (this.#state.document === document) this.#set({ saved: 'saved', saveError: null })
    } catch (error) {
      const passing = mayPass(error)
      this.#set({ saved: 'failed', saveError: passing ? null : (error as ApiFailure) })
      // Whoever goes on meanwhile has a later one waiting.
      if (passing && this.#saveTimer === undefined && !this.#stopped) {
        this.#saveTimer = setTimeout(() => void this.#save(), AGAIN_MS)
      }
    }
  }

  #set(change: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
