import type { Attention } from '../../../shared/dashboard.ts'
import { sentence } from './sentence.ts'
import type { AttentionSources } from './sources.ts'

/** Services that could not be reached when they were last asked for. */
export function services({ services: all }: AttentionSources): Attention[] {
  return all
    .filter(({ state }) => state === 'down')
    .map(({ name, lastError }) => ({
      kind: 'service-down',
      weight: 'error',
      about: name,
      title: `The service ${name} is down`,
      detail: sentence(lastError ?? 'the last attempt to reach it failed'),
      link: { path: `/services/${encodeURIComponent(name)}`, text: 'Look at it' },
    }))
}
