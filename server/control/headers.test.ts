import { expect, test } from 'vitest'

import { securityHeaders } from './headers.ts'

test('the page may connect to every WebSocket listener, with TLS and without, and nowhere else', () => {
  const listeners = ['ws://127.0.0.1:8080', 'wss://0.0.0.0:8443', 'ws+unix:///run/gate.sock', 'wss://0.0.0.0:8443']
  const policy = securityHeaders('gate.example:8081', listeners)['content-security-policy']
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:8080 wss://gate.example:8443;")
})
