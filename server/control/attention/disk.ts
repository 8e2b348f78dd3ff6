import { statfsSync } from 'node:fs'

import type { Attention } from '../../../shared/dashboard.ts'
import { formatBytes } from '../../../shared/units.ts'
import type { AttentionSources } from './sources.ts'

const FREE_MIN_BYTES = 64 * 1024 * 1024
const FREE_MIN_SHARE = 0.05

/** The disk of the data directory is nearly full. */
export function disk({ disk: space }: AttentionSources): Attention[] {
  if (space === null || (space.freeBytes >= FREE_MIN_BYTES && space.share >= FREE_MIN_SHARE)) return []
  return [
    {
      kind: 'disk',
      weight: space.freeBytes < FREE_MIN_BYTES ? 'error' : 'warning',
      about: '',
      title: `The disk of the data directory has ${formatBytes(space.freeBytes)} left`,
      detail: 'When it is full, changes of rules are refused; connections go on. Make room on it.',
      link: { path: '/settings?section=backup', text: 'Take a backup' },
    },
  ]
}

/** Room on the disk of a directory; null where nobody knows. */
export function diskOf(dir: string): AttentionSources['disk'] {
  try {
    const { bavail, blocks, bsize } = statfsSync(dir)
    return { freeBytes: bavail * bsize, share: blocks === 0 ? 1 : bavail / blocks }
  } catch {
    return null
  }
}
