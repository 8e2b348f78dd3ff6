import { describe, expect, it } from 'vitest'

import type { Row } from '../../live/live-store.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { columns, columnsOf, defaultColumns } from './columns.tsx'
import { noLayout, readLayout, shownColumns } from './layout.ts'
import { ruleNames } from './rule-names.ts'
import { formatSorting, nextSorting, parseSorting, sortRows } from './sorting.ts'

const document = { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] } as const
const context = { rules: ruleNames(document, null), queueLimit: null }
const row = (id: string, fields: Parameters<typeof connectionInfo>[1] = {}): Row => ({
  info: connectionInfo(id, fields),
  samples: [],
})

function sorted(text: string, rows: readonly Row[], now = 0): string[] {
  return sortRows(rows, parseSorting(text)!, now, context).map(({ info }) => info.id)
}

describe('sorting', () => {
  it('is what the address says', () => {
    expect(parseSorting('')).toBeNull()
    expect(parseSorting('nonsense')).toBeNull()
    expect(formatSorting(parseSorting('-queue'))).toBe('-queue')
    expect(formatSorting(parseSorting('client'))).toBe('client')
    expect(formatSorting(null)).toBe('')
  })

  it('turns with each click on a head, and the third time is as it was', () => {
    const [client, age] = columnsOf(['client', 'age'])
    expect(formatSorting(nextSorting(null, client!))).toBe('client')
    expect(formatSorting(nextSorting(parseSorting('client'), client!))).toBe('-client')
    expect(nextSorting(parseSorting('-client'), client!)).toBeNull()
    expect(formatSorting(nextSorting(parseSorting('-client'), age!))).toBe('-age')
  })

  it('takes numbers by their size, also inside of words', () => {
    const rows = [row('b', { peer: '10.0.0.10:1' }), row('a', { peer: '10.0.0.9:1' }), row('c', { user: 'anna' })]
    expect(sorted('client', rows)).toEqual(['a', 'b', 'c'])
    const queues = [9, 100, 20].map((n) => row(`q${n}`, { queued: { toClient: n, toService: 0 } }))
    expect(sorted('-queue', queues)).toEqual(['q100', 'q20', 'q9'])
  })

  it('puts those without a value last, both ways, and leaves equal ones as they were', () => {
    const rows = [row('none'), row('slow', { pingMs: 90 }), row('fast', { pingMs: 1 }), row('too', { pingMs: 1 })]
    expect(sorted('ping', rows)).toEqual(['fast', 'too', 'slow', 'none'])
    expect(sorted('-ping', rows)).toEqual(['slow', 'fast', 'too', 'none'])
  })

  it('knows an order for every column', () => {
    const rows = [row('a'), row('b', { ending: { code: 'killed', close: 4410, detail: '', at: 5 } })]
    for (const { id } of columns) expect(sorted(id, rows).toSorted()).toEqual(['a', 'b'])
  })
})

describe('columns', () => {
  it('are those that fit until somebody chooses others', () => {
    expect(defaultColumns('open', 1500)).toContain('origin')
    expect(defaultColumns('open', 700)).not.toContain('origin')
    const fit = shownColumns(noLayout, 'open', '', 700).map(({ id }) => id)
    expect(fit).toEqual(defaultColumns('open', 700))
  })

  it('come from the address before all else, then from what the account has set', () => {
    const layout = readLayout({ columns: { open: ['ping', 'state'] }, widths: { ping: 90 } })!
    expect(shownColumns(layout, 'open', '', 1500).map(({ id }) => id)).toEqual(['ping', 'state'])
    expect(shownColumns(layout, 'open', 'id,ping,bogus', 1500).map(({ id }) => id)).toEqual(['id', 'ping'])
    expect(shownColumns(layout, 'open', '', 1500)[0]).toMatchObject({ width: 90, grows: false })
  })

  it('fit into the room for which they are meant', () => {
    for (const tab of ['open', 'closed', 'refused'] as const) {
      for (const room of [660, 900, 980, 1180, 1320]) {
        const wide = shownColumns(noLayout, tab, '', room).reduce(
          (sum, { width }) => sum + width,
          tab === 'open' ? 84 : 44,
        )
        expect([tab, room, wide <= room]).toEqual([tab, room, true])
      }
    }
  })

  it('take nothing that makes no sense', () => {
    expect(readLayout(null)).toBeNull()
    expect(readLayout('x')).toBeNull()
    const odd = { columns: { open: ['bogus', 7], closed: 'x' }, widths: { ping: 9e9, age: 'x', id: 100 }, plain: 'yes' }
    expect(readLayout(odd)).toEqual({ columns: {}, widths: { id: 100 }, plain: false })
  })
})

describe('rules', () => {
  const rule = {
    id: 'r-9',
    enabled: true,
    action: 'allow',
    direction: 'in',
    service: 'pong',
    peer: '*',
    note: '',
  } as const
  const redirect = { id: 'to-new', enabled: true, from: 'a', to: 'b', peer: '*', note: '' }
  const names = ruleNames({ ...document, rules: [rule], redirects: [redirect] }, null)

  it('are called by their number, and by what they say', () => {
    expect(names.of('r-9')).toEqual({ name: 'Rule 1', detail: 'allow pong' })
    expect(names.of('default-in').name).toBe('Default')
    expect(names.of('fixed-2').name).toBe('Fixed 2')
    expect(names.of('old')).toEqual({ name: 'old', detail: 'no longer among the rules' })
    expect([names.isRedirect('to-new'), names.isRedirect('r-9')]).toEqual([true, false])
  })
})
