import { expect, it } from 'vitest'

import type { PolicyPreview } from '../../../shared/api.ts'
import { suggestWindow } from './suggest-window.ts'

const calm: PolicyPreview = {
  problems: [],
  changes: [],
  findings: [],
  tests: [],
  open: { effects: [], unchanged: 9 },
  recent: { effects: [], unchanged: 0 },
  lockout: null,
  touchesAdmin: false,
  share: 0.1,
}

it.each([
  ['nothing is known', null, 'unknown'],
  ['a tenth of the connections', calm, null],
  ['more than that', { ...calm, share: 0.11 }, 'share'],
  ['the admin side', { ...calm, touchesAdmin: true, share: 1 }, 'admin'],
  ['a lock-out', { ...calm, lockout: 'no rule lets you in', touchesAdmin: true }, 'lockout'],
] as const)('%s', (_, preview, reason) => {
  expect(suggestWindow(preview)).toBe(reason)
})
