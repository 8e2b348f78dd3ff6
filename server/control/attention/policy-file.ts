import type { Attention } from '../../../shared/dashboard.ts'
import { sentence } from './sentence.ts'
import type { AttentionSources } from './sources.ts'

/** The managed file is not what is in force. */
export function policyFile({ policy: { managed } }: AttentionSources): Attention[] {
  if (managed === null || managed.drift === null) return []
  return [
    {
      kind: 'policy-file',
      weight: 'warning',
      about: managed.path,
      title: 'The rules file differs from what is in force',
      detail: sentence(managed.drift),
      link: { path: '/history', text: 'Look at the history' },
    },
  ]
}
