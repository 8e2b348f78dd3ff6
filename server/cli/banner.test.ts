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
