import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { Version } from './draft-store.ts'

/** Steps that can be undone. */
const STEPS_MAX = 100

/** A document, and the version that it was made on: undoing what settled a conflict brings the conflict back. */
export interface Standing {
  readonly base: Version
  readonly document: PolicyDocument
}

interface Step {
  readonly label: string
  /** What the history of versions should say when this is committed; null: nothing by itself. */
  readonly comment: string | null
  readonly before: Standing
  readonly after: Standing
}

/** What has been done to a draft, step by step; a value, never changed. Documents share what they have in common. */
export interface DraftHistory {
  readonly done: readonly Step[]
  readonly undone: readonly Step[]
}

export const noHistory: DraftHistory = { done: [], undone: [] }

/** One more step; what had been undone is gone. */
export function stepped(history: DraftHistory, step: Step): DraftHistory {
  return { done: [...history.done, step].slice(-STEPS_MAX), undone: [] }
}

/** One step back; null when there is none. */
export function stepBack({ done, undone }: DraftHistory): { history: DraftHistory; step: Step } | null {
  const step = done.at(-1)
  return step === undefined ? null : { history: { done: done.slice(0, -1), undone: [...undone, step] }, step }
}

/** One step forth again; null when there is none. */
export function stepForth({ done, undone }: DraftHistory): { history: DraftHistory; step: Step } | null {
  const step = undone.at(-1)
  return step === undefined ? null : { history: { done: [...done, step], undone: undone.slice(0, -1) }, step }
}
