import type { Attention } from '../../../shared/dashboard.ts'
import type { AttentionSources } from './sources.ts'

const DAY_MS = 24 * 3600 * 1000
const CERTIFICATE_DAYS = 30

/** The certificate that clients are shown ends soon. */
export function certificate({ certificate: shown, now }: AttentionSources): Attention[] {
  if (shown === null) return []
  const days = Math.floor((shown.validTo - now) / DAY_MS)
  if (days >= CERTIFICATE_DAYS) return []
  return [
    {
      kind: 'certificate',
      weight: days < 7 ? 'error' : 'warning',
      about: shown.subject,
      title: days < 0 ? 'The certificate is over' : `The certificate ends in ${days === 1 ? '1 day' : `${days} days`}`,
      detail: 'Clients refuse it then. Put the new files in place of the old ones, and read them again.',
      link: { path: '/settings?section=tls', text: 'TLS settings' },
    },
  ]
}
