import type { PolicyChange, PolicyPreview } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { ApiFailure } from '../api/client.ts'

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
  /** What the history of versions could say of this draft; empty when its steps don't tell. */
  readonly comment: string
  /** Whether the gateway keeps the draft as it stands here. */
  readonly saved: 'saved' | 'saving' | 'failed'
  /** Why the gateway refuses to keep it, which is not tried again; null when it only did not answer. */
  readonly saveError: ApiFailure | null
  /** Somebody committed since the draft was begun: what is in force by now. Commit only after this is settled. */
  readonly theirs: Version | null
  /** What the gateway says of `document`; null while it is not known. Of an older document while `previewing`. */
  readonly preview: PolicyPreview | null
  readonly previewing: boolean
  readonly previewError: Error | null
}

const emptyDocument: PolicyDocument = { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] }
/** In force before anything is known. */
export const none: Version = { version: 0, document: emptyDocument }

/** Before the first answer. */
export const nothingYet: DraftState = {
  status: 'loading',
  error: null,
  base: none,
  document: emptyDocument,
  changes: [],
  undo: null,
  redo: null,
  comment: '',
  saved: 'saved',
  saveError: null,
  theirs: null,
  preview: null,
  previewing: false,
  previewError: null,
}
