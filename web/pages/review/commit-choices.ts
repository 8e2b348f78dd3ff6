import type { Existing, PolicyState } from '../../../shared/api.ts'
import { text } from '../../messages/review.ts'
import type { DraftState } from '../../policy/draft-store.ts'
import { confirmRange, drainRange, durationFault } from './duration-field.tsx'
import { suggestWindow } from './suggest-window.ts'
import type { WindowReason } from './suggest-window.ts'

/** From so many changed entries on a comment is needed. */
const COMMENT_FROM = 6

/** What somebody has chosen for a commit; texts as they were written. */
export interface Choices {
  readonly existing: Existing
  readonly drainOver: string
  /** Null: as it is suggested. */
  readonly confirm: boolean | null
  readonly window: string
  /** Null: as the steps of the draft tell. */
  readonly comment: string | null
  readonly override: string
}

export const usual: Choices = {
  existing: 'close',
  drainOver: '5m',
  confirm: null,
  window: '60s',
  comment: null,
  override: '',
}

/** What a commit of this draft asks for. */
export interface Outlook {
  /** Tests that fail. */
  readonly failing: number
  /** Open connections that lose their right, or would be sent elsewhere. */
  readonly ending: number
  readonly commentNeeded: boolean
  readonly suggestion: WindowReason | null
  readonly confirm: boolean
  readonly comment: string
}

export function outlookOf({ preview, previewError, changes, comment }: DraftState, choices: Choices): Outlook {
  // Nothing is suggested as long as the gateway has not said anything: a tick that comes and goes helps nobody.
  const suggestion = preview === null && previewError === null ? null : suggestWindow(preview)
  return {
    failing: preview?.tests.filter(({ pass }) => !pass).length ?? 0,
    ending: preview?.open.effects.filter(({ effect }) => effect !== 'allowed').length ?? 0,
    commentNeeded: new Set(changes.map(({ list, id }) => `${list} ${id}`)).size >= COMMENT_FROM,
    suggestion,
    confirm: suggestion === 'lockout' || (choices.confirm ?? suggestion !== null),
    comment: choices.comment ?? comment,
  }
}

export type Blocked = keyof typeof text.blocked

/** Why nothing can be committed just now; null: it can. */
export function blockedBy(
  { theirs, preview, previewing, previewError }: DraftState,
  pending: PolicyState['pending'],
): Blocked | null {
  if (theirs !== null) return 'theirs'
  if (pending !== null) return 'pending'
  if (previewing || (preview === null && previewError === null)) return 'checking'
  return (preview?.problems.length ?? 0) > 0 ? 'problems' : null
}

export type Faults = Readonly<Partial<Record<'comment' | 'override' | 'window' | 'drainOver', string>>>

/** What is missing or wrong in what was chosen, by field. */
export function faultsOf(choices: Choices, { failing, ending, commentNeeded, confirm, comment }: Outlook): Faults {
  const windowFault = confirm ? durationFault(choices.window, confirmRange) : null
  const drains = ending > 0 && choices.existing === 'drain'
  const drainFault = drains ? durationFault(choices.drainOver, drainRange) : null
  return {
    ...(drainFault !== null && { drainOver: drainFault }),
    ...(failing > 0 && choices.override.trim() === '' && { override: text.tests.overrideMissing }),
    ...(commentNeeded && comment.trim() === '' && { comment: text.commentMissing }),
    ...(windowFault !== null && { window: windowFault }),
  }
}

/** As `POST /policy/commit` takes them. */
export function optionsOf(choices: Choices, { failing, ending, confirm, comment }: Outlook): Record<string, unknown> {
  return {
    existing: choices.existing,
    ...(ending > 0 && choices.existing === 'drain' && { drainOver: choices.drainOver.trim() }),
    ...(confirm && { confirmWithin: choices.window.trim() }),
    comment: comment.trim(),
    ...(failing > 0 && { override: choices.override.trim() }),
  }
}
