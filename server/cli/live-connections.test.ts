import { expect, it } from 'vitest'

import { connection, samplePolicy } from '../testing/admin-server.ts'
import { LiveConnections } from './live-connections.ts'

const end = (at: number) => ({ code: 'client-closed', close: 1000, detail: 'gone', at }) as const
const traffic = (messages: number) => ({ messages, bytes: messages * 100 })

function live(): LiveConnections {
  const view = new LiveConnections()
  const recent = [
    connection({ id: 'old', state: 'closed', ending: end(500) }),
    connection({ id: 'no', state: 'refused', ending: end(900) }),
  ]
  view.apply(
    {
      type: 'snapshot',
      seq: 1,
      open: [connection({ id: 'a', openedAt: 10 })],
      recent,
      services: [],
      policy: samplePolicy,
    },
    1000,
  )
  return view
}

const ids = (view: LiveConnections, filter: 'open' | 'closed' | 'refused' | 'all', now = 1_000_000) =>
  view.rows(filter, now, 10).map((row) => row.connection.id)

it('shows the newest first', () => {
  const view = live()
  view.apply({ type: 'opened', seq: 2, connection: connection({ id: 'c', openedAt: 30 }) }, 1000)
  view.apply({ type: 'opened', seq: 3, connection: connection({ id: 'b', openedAt: 20 }) }, 1000)
  expect(ids(view, 'open')).toEqual(['c', 'b', 'a'])
  expect(view.rows('open', 1000, 2)).toHaveLength(2)
  expect(view.count('open', 1_000_000)).toBe(3)
})

it('sorts by state, and keeps one that just ended among the open ones for a while', () => {
  const view = live()
  expect([ids(view, 'open'), ids(view, 'closed'), ids(view, 'refused')]).toEqual([['a'], ['old'], ['no']])
  view.apply({ type: 'closed', seq: 2, connection: connection({ id: 'a', state: 'closed', ending: end(2000) }) }, 2000)
  expect(view.openCount).toBe(0)
  expect(ids(view, 'open', 11_999)).toEqual(['a'])
  expect(ids(view, 'open', 12_000)).toEqual([])
  expect(ids(view, 'all')).toHaveLength(3)
})

it('measures what flows in a second, and nothing when there is no news', () => {
  const view = live()
  const tell = (messages: number, now: number) =>
    view.apply({ type: 'traffic', seq: 2, connections: [connection({ id: 'a', up: traffic(messages) })] }, now)
  tell(50, 2000)
  expect(view.totals(2000).up).toEqual({ messages: 50, bytes: 5000 })
  tell(70, 3000)
  expect(view.rows('open', 3000, 9).map((row) => row.rates?.up.messages)).toEqual([0, 20])
  expect(view.totals(4900).up.messages).toBe(0)
  tell(80, 60_000) // after a quiet minute: of the last second, not of the minute
  expect(view.totals(60_000).up.messages).toBe(10)
})

it('ignores counters of one it does not know, and starts over with a snapshot', () => {
  const view = live()
  view.apply({ type: 'traffic', seq: 2, connections: [connection({ id: 'x', up: traffic(9) })] }, 2000)
  expect(ids(view, 'open')).toEqual(['a'])
  view.apply({ type: 'snapshot', seq: 1, open: [], recent: [], services: [], policy: samplePolicy }, 3000)
  expect(ids(view, 'all')).toEqual([])
})

it('remembers at most 1000 that ended', () => {
  const view = live()
  for (let i = 0; i < 1500; i++) {
    view.apply({ type: 'closed', seq: i, connection: connection({ id: `c${i}`, state: 'closed', ending: end(i) }) }, 0)
  }
  expect(view.count('all', 0)).toBe(1001)
})
