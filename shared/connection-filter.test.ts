import { expect, it } from 'vitest'

import { connectionFilter } from './connection-filter.ts'
import type { ConnectionInfo } from './connection.ts'

const connection: ConnectionInfo = {
  id: 'k3x9',
  service: 'audio/pulse',
  target: 'unix:audio/pulse',
  listener: 'ws://127.0.0.1:8080',
  peer: '127.0.0.1:52100',
  origin: null,
  codec: 'libipc',
  view: 'json',
  state: 'closed',
  openedAt: 0,
  up: { messages: 0, bytes: 0 },
  down: { messages: 0, bytes: 0 },
  queued: { toClient: 0, toService: 0 },
  paused: { client: 0, service: 0 },
  pingMs: null,
  ending: { code: 'no-answer', close: 4408, detail: 'no answer for 50 s', at: 1 },
}

it.each([
  ['', true],
  ['   ', true],
  ['pulse', true],
  ['PULSE', true],
  ['pulse 52100', true],
  ['pulse 52101', false],
  ['service:pulse', true],
  ['service:127', false],
  ['peer:127.0.0.1:52100', true],
  ['origin:none', true],
  ['state:open', false],
  ['cause:no-answer codec:libipc view:json id:k3', true],
  ['50', true],
  ['127.0.0.1:52100', true],
  ['constructor:x', false],
  ['__proto__:x', false],
])('%j finds it: %s', (text, found) => {
  expect(connectionFilter(text)(connection)).toBe(found)
})
