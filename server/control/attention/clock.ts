import type { Attention } from '../../../shared/dashboard.ts'
import type { AttentionSources } from './sources.ts'

/** The wall clock was set while the gateway ran. */
export function clock({ clockJumpMs }: AttentionSources): Attention[] {
  if (clockJumpMs === 0) return []
  return [
    {
      kind: 'clock',
      weight: 'warning',
      about: '',
      title: `The clock jumped by ${Math.round(clockJumpMs / 1000)} s`,
      detail: 'Times in lists and rules that end are off by that. Durations and confirm windows are not.',
      link: null,
    },
  ]
}
