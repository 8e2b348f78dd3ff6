import { expect, it } from 'vitest'

import { connectionInfo } from '../../testing/connection-info.ts'
import { findOwn } from './find-own.ts'

const origin = 'http://127.0.0.1:8081'
const own = { before: new Set(['old']), service: 'pong', view: 'payload', origin }
const counts = { sent: 2, received: 1 }
const mine = connectionInfo('mine', {
  origin,
  up: { messages: 2, bytes: 9 },
  down: { messages: 1, bytes: 9 },
})

it('is the new one from this page, in this view', () => {
  const others = [
    connectionInfo('old', { origin }),
    connectionInfo('program'),
    connectionInfo('json', { origin, view: 'json' }),
    connectionInfo('clock', { origin, service: 'clock' }),
  ]
  expect(findOwn([...others, mine], own, counts)).toBe(mine)
  expect(findOwn(others.slice(0, 3), own, counts)).toBeNull()
})

it('may have been led elsewhere', () => {
  const led = connectionInfo('led', { origin, service: 'pong2' })
  expect(findOwn([led], own, counts)).toBe(led)
})

it('is told from that of another tab by its messages, or not at all', () => {
  const other = connectionInfo('other', { origin })
  expect(findOwn([other, mine], own, counts)).toBe(mine)
  expect(findOwn([other, connectionInfo('third', { origin })], own, { sent: 0, received: 0 })).toBeNull()
})
