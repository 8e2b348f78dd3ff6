import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { connection, samplePolicy, sampleStatus } from '../testing/admin-server.ts'
import { LiveConnections } from './live-connections.ts'
import { textWidth } from './text.ts'
import { renderWatch } from './watch-page.ts'
import type { WatchPage } from './watch-page.ts'

function page(changes: Partial<WatchPage> = {}, count = 3): WatchPage {
  const live = new LiveConnections()
  const open = Array.from({ length: count }, (_, i) => connection({ id: `a1b2c3-${i}`, openedAt: 1_000_000 + i }))
  live.apply({ type: 'snapshot', seq: 1, open, recent: [], services: [], policy: samplePolicy }, 1_191_000)
  const busy = { ...open[0]!, up: { messages: 1200, bytes: 120_000 }, down: { messages: 3, bytes: 40 } }
  live.apply({ type: 'traffic', seq: 2, connections: count > 0 ? [busy] : [] }, 1_192_000)
  const still = {
    live,
    filter: 'open',
    status: sampleStatus,
    notice: null,
    lost: false,
    where: '/data/admin.sock',
  } as const
  return { ...still, now: 1_192_000, width: 110, height: 9, color: false, ...changes }
}

it('fills the screen', () => {
  expect(renderWatch(page()).join('\n')).toMatchInlineSnapshot(`
    "sockgate 1.2.3  3 open · ↑ 1 200 msg/s 117 KiB/s · ↓ 3 msg/s 40 B/s · up 4m 52s               /data/admin.sock

    ID        SERVICE  PEER                AGE  ↑ MSGS  ↑ BYTES  ↑ MSG/S  ↓ MSGS  ↓ BYTES  ↓ MSG/S  PING  STATE
    a1b2c3-2  pong     127.0.0.1:52100  3m 11s       0      0 B        –       0      0 B        –     –  open
    a1b2c3-1  pong     127.0.0.1:52100  3m 11s       0      0 B        –       0      0 B        –     –  open
    a1b2c3-0  pong     127.0.0.1:52100  3m 12s   1 200  117 KiB    1 200       3     40 B        3     –  open


    q quits · ↑ client to service  ↓ service to client"
  `)
})

it('says how many do not fit', () => {
  const lines = renderWatch(page({ height: 8 }, 12_000))
  expect(lines).toHaveLength(8)
  expect(lines.at(-1)).toMatch(/^11 997 older not shown · q quits/)
})

it('says that there is nothing, and that the gateway is gone', () => {
  const notice = { text: 'Connection lost, trying again: it is away', bad: true }
  const lines = renderWatch(page({ notice, lost: true }, 0))
  expect(lines[0]).toMatch(
    /^sockgate 1\.2\.3 {2}0 open · as it was when the gateway was last seen +\/data\/admin\.sock$/,
  )
  expect(lines[1]).toBe(notice.text)
  expect(lines[3]).toBe('No connection is open. Connect a client and it appears here.')
})

it('fits every terminal', () => {
  const size = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 220 }), size, fc.nat(60), fc.boolean(), (width, height, count, lost) => {
      const notice = lost ? { text: 'lost '.repeat(60), bad: true } : null
      const lines = renderWatch(page({ width, height, lost, notice }, count))
      expect(lines).toHaveLength(height)
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
    }),
  )
})
