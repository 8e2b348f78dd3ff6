import type { Attention } from '../../../shared/dashboard.ts'
import { sentence } from './sentence.ts'
import type { AttentionSources } from './sources.ts'

/** What does not work on this machine. */
export function gateway({ warnings }: AttentionSources): Attention[] {
  return warnings.map((warning) => ({
    kind: 'gateway',
    weight: 'info',
    about: '',
    title: 'Something does not work on this machine',
    detail: sentence(warning),
    link: { path: '/settings?section=about', text: 'Self-check' },
  }))
}
