import type { PolicyPreview } from '../../../shared/api.ts'

/** From this share of the open connections on a confirm window is suggested. */
const SHARE = 0.1

export type WindowReason = 'lockout' | 'admin' | 'share' | 'unknown'

/**
 * Why a commit should go back by itself unless it is confirmed: it must, when it would lock its author out; it should,
 * when it touches who may administer, or more than a tenth of the open connections. Null: no reason.
 * @param preview null: the gateway could not say what the draft does
 */
export function suggestWindow(preview: PolicyPreview | null): WindowReason | null {
  if (preview === null) return 'unknown'
  if (preview.lockout !== null) return 'lockout'
  if (preview.touchesAdmin) return 'admin'
  return preview.share > SHARE ? 'share' : null
}
