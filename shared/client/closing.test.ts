import { expect, test } from 'vitest'

import { causes } from '../causes.ts'
import { canRetry, causeOf, explainClose, splitRequestId } from './closing.ts'

test('a cause is found again by its close code and title', () => {
  for (const [name, { close, title, retry }] of Object.entries(causes)) {
    if (close === 1006) continue // never sent
    expect(causeOf(close, title)).toBe(name)
    expect(canRetry(close, title)).toBe(retry)
  }
})

test('a code that stands for several causes names none without a title', () => {
  expect(causeOf(1011)).toBeNull()
  expect(causeOf(1011, 'something else')).toBeNull()
})

test('the gateway’s sentence for an ended service is found with a small letter, too', () => {
  expect(causeOf(1000, 'the service ended the connection')).toBe('service-ended')
  expect(causeOf(1000, 'bye')).toBeNull()
})

test.each([
  ['Rule 3 denies this. Request id k3f-1', { said: 'Rule 3 denies this', requestId: 'k3f-1' }],
  ['Request id k3f-1', { said: '', requestId: 'k3f-1' }],
  ['Request id k3f-1 is unknown', null],
  ['', null],
])('the request id of %j', (reason, split) => {
  expect(splitRequestId(reason)).toEqual(split)
})

test.each([
  [1000, '', 'Closed normally (1000).'],
  [1006, '', 'The connection broke off without a goodbye (1006).'],
  [4404, 'There is no service "pongg"', 'There is no service "pongg" (4404 no-service).'],
  [4410, '', 'Closed by an administrator (4410 killed).'],
  [4321, '', 'Closed by the application (4321).'],
  [2999, '', 'Closed (2999).'],
])('%i %j', (code, reason, sentence) => {
  expect(explainClose(code, reason)).toBe(sentence)
})
