import { expect, it } from 'vitest'

import { snippetCode, snippetKinds, TOKEN_PLACE } from './snippet-code.ts'

const url = 'ws://127.0.0.1:8080/audio/it%27s'

it('holds the real address, and a place for a token only when one is wanted', () => {
  for (const kind of snippetKinds) {
    const plain = snippetCode(kind, { url, token: false })
    const signed = snippetCode(kind, { url, token: true })
    const address = kind === 'curl' ? 'http://127.0.0.1:8080/audio/it%27s' : url
    expect(plain).toContain(address)
    expect(signed).toContain(address)
    expect(plain).not.toContain(TOKEN_PLACE)
    expect(signed.split(TOKEN_PLACE)).toHaveLength(2)
  }
})

it('offers a browser another sub-protocol besides the token, which is never chosen', () => {
  expect(snippetCode('browser', { url: 'ws://h:1/x', token: true }).split('\n')[0]).toBe(
    "const socket = new WebSocket('ws://h:1/x?text=1', ['sockgate.payload', 'sockgate.bearer.YOUR-TOKEN'])",
  )
})

it('asks a TLS listener by https', () => {
  expect(snippetCode('curl', { url: 'wss://gate.example/pong', token: false })).toMatch(
    /\n {2}https:\/\/gate\.example\/pong$/,
  )
})

it('writes what a shell takes as one command', () => {
  const lines = snippetCode('curl', { url, token: true }).split('\n')
  expect(lines.slice(0, -1).every((line) => line.endsWith(' \\'))).toBe(true)
})
