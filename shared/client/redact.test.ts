import { expect, test } from 'vitest'

import { withoutTokens } from './redact.ts'

test('every token is taken out, the rest stays', () => {
  expect(withoutTokens('(a, sockgate.bearer.s3~cr.et, sockgate.json, Sockgate.Bearer.x)')).toBe(
    '(a, sockgate.bearer.[redacted], sockgate.json, Sockgate.Bearer.[redacted])',
  )
})
