import type { PolicyChange, PolicyPreview, PolicyState } from '../../shared/api.ts'
import type { Draft, DraftAnswer } from '../../shared/dashboard.ts'
import { diffDocuments } from '../../shared/policy/diff.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { ApiFailure, getJson, request, send } from '../api/client.ts'
import { noHistory, stepBack, stepForth, stepped } from './draft-history.ts'

/** A version with its document. */
export interface Version {
  readonly version: number
  readonly document: PolicyDocument
}

/** Rules as they stand in this page: those in force, or the account's draft of the next ones. */
export interface DraftState {
  /** Before the first answer; `error` when it did not come. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly error: Error | null
  /** The version that the draft was made on; what is in force while there is no draft. */
  readonly base: Version
  /** What is shown and edited. */
  readonly document: PolicyDocument
  /** From base to document; empty: there is no draft. */
  readonly changes: readonly PolicyChange[]
  /** What undo and redo would do: a label, or null when there is nothing. */
  readonly undo: string | null
  readonly redo: string | null
  /** Whether the gateway keeps the draft as it stands here. */
  readonly saved: 'saved' | 'saving' | 'failed'
  /** Somebody committed since the draft was begun: what is in force by now. Commit only after this is settled. */
  readonly theirs: Version | null
  /** What the gateway says of `document`; null while it is not known. Of an older document while `previewing`. */
  readonly preview: PolicyPreview | null
  readonly previewing: boolean
  readonly previewError: Error | null
}

const emptyDocument: PolicyDocument = { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] }
const none: Version = { version: 0, document: emptyDocument }

/** After the last edit it is quiet for so long before the gateway is asked, in ms. */
const PREVIEW_MS = 600
const SAVE_MS = 800
const SAVE_AGAIN_MS = 5000
/** A commit of ten thousand rules takes a moment. */
const COMMIT_TIMEOUT_MS = 30_000

/**
 * The one draft of the account that is signed in. Edits are steps that can be undone; each is kept on the gateway a
 * moment later, so that a lost link, a closed tab or another computer loses nothing. `followPolicy` is told of what is
 * in force: without a draft it is shown at once, with one it appears as `theirs` and nothing is overwritten.
 */
export class DraftStore {
  #state: DraftState = {
    status: 'loading',
    error: null,
    base: none,
    document: emptyDocument,
    changes: [],
    undo: null,
    redo: null,
    saved: 'saved',
    theirs: null,
    preview: null,
    previewing: false,
    previewError: null,
  }
  #history = noHistory
  #loading: Promise<void> | null = null
  #previewTimer: ReturnType<typeof setTimeout> | undefined
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> = Promise.resolve()
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): DraftState => this.#state

  /** Asks for the rules in force and the account's draft. Called when the page starts, and to try again. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = null))
    return this.#loading
  }

  async #load(): Promise<void> {
    try {
      const [base, { draft }] = await Promise.all([fetchCurrent(), getJson<DraftAnswer>('/policy/draft')])
      if (draft === null || draft.base === base.version) this.#begin(base, draft?.document ?? base.document)
      else this.#resume(draft, await fetchVersion(draft.base), base)
    } catch (error) {
      this.#set({ status: 'failed', error: error as Error })
    }
  }

  #begin(base: Version, document: PolicyDocument): void {
    this.#history = noHistory
    this.#set({ status: 'ready', error: null, base, theirs: null })
    this.#show(document)
  }

  #resume(draft: Draft, base: Version, theirs: Version): void {
    this.#begin(base, draft.document)
    if (this.#state.changes.length > 0) this.#set({ theirs })
    else this.#begin(theirs, theirs.document)
  }

  /** What the live feed says is in force: see `theirs`. */
  followPolicy({ current }: PolicyState): void {
    const { status, base, theirs } = this.#state
    if (status !== 'ready' || current.version === (theirs ?? base).version) return
    void fetchCurrent().then(
      (latest) => {
        // Asked with what holds now: there may be a draft by the time the answer comes, or none any more.
        const now = this.#state
        if (latest.version === now.base.version) this.#set({ theirs: null })
        // The same may have been committed from another tab of this account.
        else if (now.changes.length === 0 || isSame(now.document, latest.document)) this.#begin(latest, latest.document)
        else this.#set({ theirs: latest })
      },
      () => undefined, // the feed comes back with the same news when the link does
    )
  }

  /**
   * One step: `change` makes the next document from the present one, or returns the same for no change.
   * @param label what it does, for undo: `Move rule 3`
   */
  edit(label: string, change: (document: PolicyDocument) => PolicyDocument): void {
    const before = this.#state.document
    const after = change(before)
    if (after === before) return
    this.#history = stepped(this.#history, { label, before, after })
    this.#show(after)
    this.#keep()
  }

  /** @returns what was undone; null when there was nothing */
  undo(): string | null {
    const back = stepBack(this.#history)
    if (back === null) return null
    this.#history = back.history
    this.#show(back.step.before)
    this.#keep()
    return back.step.label
  }

  /** @returns what was done again; null when there was nothing */
  redo(): string | null {
    const forth = stepForth(this.#history)
    if (forth === null) return null
    this.#history = forth.history
    this.#show(forth.step.after)
    this.#keep()
    return forth.step.label
  }

  /** Back to what is in force; a step like others, as long as nobody else has committed. */
  discard(label: string): void {
    const { theirs, base } = this.#state
    if (theirs === null) this.edit(label, () => base.document)
    else {
      this.#begin(theirs, theirs.document)
      this.#keep()
    }
  }

  /** The draft goes on from what is in force now, with this document: how a conflict is settled. */
  settle(label: string, document: PolicyDocument): void {
    const { theirs, document: before } = this.#state
    if (theirs === null) return
    this.#history = stepped(this.#history, { label, before, after: document })
    this.#set({ base: theirs, theirs: null })
    this.#show(document)
    this.#keep()
  }

  /**
   * Brings the draft into force.
   * @param options as `POST /policy/commit` takes them, besides the document
   * @throws ApiFailure: 412 when somebody was faster (`theirs` follows by the feed), 409, 422; TypeError without an answer
   */
  async commit(options: Readonly<Record<string, unknown>>): Promise<PolicyState> {
    const { base, document } = this.#state
    const response = await request('/policy/commit', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${base.version}"` },
      body: JSON.stringify({ document, ...options }),
      signal: AbortSignal.timeout(COMMIT_TIMEOUT_MS),
    })
    const state = (await response.json()) as PolicyState
    clearTimeout(this.#saveTimer)
    const now = await fetchCurrent().catch(() => ({ version: state.current.version, document }))
    this.#begin(now, now.document)
    await this.#save()
    return state
  }

  /** Asks again what the draft would do: connections come and go. */
  refreshPreview(): void {
    this.#askPreview(0)
  }

  #show(document: PolicyDocument): void {
    const changes = diffDocuments(this.#state.base.document, document)
    const { done, undone } = this.#history
    this.#set({ document, changes, undo: done.at(-1)?.label ?? null, redo: undone.at(-1)?.label ?? null })
    if (changes.length > 0) this.#askPreview(PREVIEW_MS)
    else {
      clearTimeout(this.#previewTimer)
      this.#set({ preview: null, previewing: false, previewError: null })
    }
  }

  #askPreview(delayMs: number): void {
    clearTimeout(this.#previewTimer)
    this.#set({ previewing: true })
    const { document } = this.#state
    this.#previewTimer = setTimeout(() => {
      void send('POST', '/policy/preview', { document })
        .then((response) => response.json() as Promise<PolicyPreview>)
        .then(
          (preview) => ({ preview, previewError: null }),
          (error: Error) => ({ previewError: error }),
        )
        .then((outcome) => {
          if (this.#state.document === document) this.#set({ ...outcome, previewing: false })
        })
    }, delayMs)
  }

  #keep(): void {
    this.#set({ saved: 'saving' })
    clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => void this.#save(), SAVE_MS)
  }

  /** One at a time, in order; what can't be kept now is tried again until it is. */
  #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const { base, document, changes } = this.#state
      try {
        if (changes.length === 0) await send('DELETE', '/policy/draft')
        else await put('/policy/draft', { base: base.version, document })
        if (this.#state.document === document) this.#set({ saved: 'saved' })
      } catch (error) {
        this.#set({ saved: 'failed' })
        // What the gateway refuses it refuses again; who is signed out is told elsewhere.
        const again = !(error instanceof ApiFailure) || error.problem.status >= 500 || error.problem.status === 401
        if (again) this.#saveTimer = setTimeout(() => void this.#save(), SAVE_AGAIN_MS)
      }
    })
    return this.#saving
  }

  #set(change: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

function isSame(one: PolicyDocument, other: PolicyDocument): boolean {
  return diffDocuments(one, other).length === 0
}

async function fetchCurrent(): Promise<Version> {
  const response = await request('/policy', { signal: AbortSignal.timeout(10_000) })
  const version = Number(/\d+/.exec(response.headers.get('etag') ?? '')?.[0] ?? 0)
  return { version, document: (await response.json()) as PolicyDocument }
}

async function fetchVersion(version: number): Promise<Version> {
  const { document } = await getJson<Version>(`/policy/versions/${version}`)
  return { version, document }
}

function put(path: string, body: unknown): Promise<Response> {
  return request(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  })
}
