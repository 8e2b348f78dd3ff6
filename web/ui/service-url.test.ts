import { expect, it } from 'vitest'

import { listenerUrl } from '../../shared/listener-url.ts'
import { serviceUrl } from './service-url.ts'

it.each([
  ['ws://127.0.0.1:8080', 'localhost', 'ws://127.0.0.1:8080'],
  ['wss://gate.example:443/', 'localhost', 'wss://gate.example:443'],
  ['ws://0.0.0.0:8080', '192.168.1.7', 'ws://192.168.1.7:8080'],
  ['ws://[::]:8080', 'gate.example', 'ws://gate.example:8080'],
  ['ws://[::]:8080', '[::1]', 'ws://localhost:8080'],
  ['ws://[::1]:8080', '127.0.0.1', 'ws://localhost:8080'],
  ['ws+unix:///run/x.sock', 'localhost', null],
  ['tcp://127.0.0.1:9', 'localhost', null],
  ["ws://127.0.0.1:8080; script-src 'unsafe-inline'", 'localhost', null],
])('reaches %s from a page at %s as %s', (listener, pageHost, url) => {
  expect(listenerUrl(listener, pageHost)).toBe(url)
})

it('writes a service name so that a URL and a shell take it', () => {
  expect(serviceUrl('ws://h:1', 'audio/pulse')).toBe('ws://h:1/audio/pulse')
  expect(serviceUrl('ws://h:1', "a b?#%/it's (ü)!*")).toBe('ws://h:1/a%20b%3F%23%25/it%27s%20%28%C3%BC%29%21%2A')
})
