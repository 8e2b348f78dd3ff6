import type { Attention } from '../../../shared/dashboard.ts'
import { sentence } from './sentence.ts'
import type { AttentionSources } from './sources.ts'

/** The audit log is not what was written. */
export function audit({ auditFault }: AttentionSources): Attention[] {
  if (auditFault === null) return []
  return [
    {
      kind: 'audit',
      weight: 'error',
      about: '',
      title: 'The audit log was tampered with',
      detail: `${sentence(auditFault)} Export it as it is, and compare it with a backup.`,
      link: { path: '/audit', text: 'Open the audit log' },
    },
  ]
}
