import type { PolicyPreview } from '../../../shared/api.ts'

/** From this share of the open connections on a confirm window is suggested. */
const SHARE = 0.1

/**
 * Why a commit should go back by itself unless it is confirmed: it must, when it would lock its author out; it should,
 * when it touches who may administer, or more than a tenth of the open connections. Null: no reason.
 */
export function suggestWindow(preview: PolicyPreview | null): 'lockout' | 'admin' | 'share' | null {
  if (preview === null) return null
  if (preview.lockout !== null) return 'lockout'
  if (preview.touchesAdmin) return 'admin'
  return preview.share > SHARE ? 'share' : null
}
