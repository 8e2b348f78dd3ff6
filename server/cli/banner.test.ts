import { expect, it } from 'vitest'

import { renderBanner } from './banner.ts'

const urls = [
  { title: 'Dashboard', url: 'http://127.0.0.1:8081/' },
  { title: 'WebSocket', url: 'ws://0.0.0.0:8080' },
]
const banner = {
  version: '1.2.3',
  urls,
  warnings: [],
  rundir: '/run/ipc',
  demo: false,
  client: 'websocketc',
  color: false,
}

it('tells what to open and where services go', () => {
  expect(renderBanner(banner).join('\n')).toMatchInlineSnapshot(`
    "
      sockgate 1.2.3

      Dashboard   http://127.0.0.1:8081/
      WebSocket   ws://0.0.0.0:8080/<service>
      Services    /run/ipc

      Ctrl-C ends it: once says goodbye to every client, twice does not wait.
    "
  `)
})

it('says what the link for the set-up does, and for how long', () => {
  const setUp = { title: 'Set up', url: 'http://127.0.0.1:8081/setup#token=x' }
  expect(renderBanner({ ...banner, urls: [urls[0]!, setUp, urls[1]!] }).slice(3, 8)).toEqual([
    '  Dashboard   http://127.0.0.1:8081/',
    '  Set up      http://127.0.0.1:8081/setup#token=x',
    '              makes you the administrator: within 15 minutes, once, on this machine',
    '  WebSocket   ws://0.0.0.0:8080/<service>',
    '  Services    /run/ipc',
  ])
})

it('with --demo tells what to try, and what does not work', () => {
  const warnings = ['koffi does not work here, so that messages which services take in one read may arrive together']
  const demo = { ...banner, demo: true, rundir: null, client: 'npx websocketc', warnings }
  expect(renderBanner(demo).join('\n')).toMatchInlineSnapshot(`
    "
      sockgate 1.2.3

      Dashboard   http://127.0.0.1:8081/
      WebSocket   ws://0.0.0.0:8080/<service>
      Services    pong, clock, chat (samples)
      Try         npx websocketc ws://127.0.0.1:8080/pong
                  npx websocketc ws://127.0.0.1:8080/clock

      Note: koffi does not work here, so that messages which services take in one
      read may arrive together

      Ctrl-C ends it: once says goodbye to every client, twice does not wait.
    "
  `)
})

it('has something to try at a listener with TLS as well, and nothing for one that is a local socket', () => {
  const at = (url: string) => renderBanner({ ...banner, demo: true, urls: [{ title: 'WebSocket', url }] }).join('\n')
  expect(at('wss://127.0.0.1:8443')).toContain('Try         websocketc wss://127.0.0.1:8443/pong')
  expect(at('ws+unix:///run/gate.sock')).not.toContain('Try ')
})
