import { expect, test } from 'vitest'

import { askedView } from './asked-view.ts'

test.each([
  ['ws://h/pong', [], 'payload'],
  ['ws://h/pong.JSON', [], 'json'],
  ['ws://h/a/pong%2eCBOR', [], 'cbor'],
  ['ws+unix:///run/x.sock:/pong.CBOR', [], 'cbor'],
  ['ws://h/data.json', [], 'payload'],
  ['ws://h/pong?view=Packet', [], 'packet'],
  ['ws://h/pong.JSON?view=cbor', [], 'cbor'],
  ['ws://h/pong.JSON?view=cbor', ['chat', 'sockgate.bearer.x', 'sockgate.packet'], 'packet'],
  ['ws://h/pong?view=xml', [], 'payload'],
  ['ws://h/%ff.JSON', [], 'payload'],
  ['not a URL', [], 'payload'],
])('%s with %j asks for %s', (url, protocols, view) => {
  expect(askedView(url, protocols)).toBe(view)
})
