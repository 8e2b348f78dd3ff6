import { stripVTControlCharacters } from 'node:util'

import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { ConnectionInfo } from '../../shared/connection.ts'
import { connection } from '../testing/admin-server.ts'
import { connectionColumns } from './connection-columns.ts'
import type { Rates } from './connection-columns.ts'
import { renderTable } from './table.ts'
import { textWidth } from './text.ts'

const now = 1_192_000
const ended = (ending: ConnectionInfo['ending']) => ({ ending })
const rates: Rates = { up: { messages: 0.4, bytes: 12 }, down: { messages: 12_345, bytes: 1_300_000 } }

const rows = [
  connection({ up: { messages: 12_345, bytes: 1_258_291 }, down: { messages: 7, bytes: 512 }, pingMs: 0.42 }),
  connection({
    id: 'a1b2c3-2',
    service: 'audio/pulse-with-a-rather-long-name',
    peer: 'uid 1000, pid 4242',
    state: 'closing',
    queued: { toClient: 1_048_576, toService: 10 },
    paused: { client: 1500, service: 0 },
    openedAt: 1_191_000,
  }),
  connection({
    id: 'a1b2c3-3',
    state: 'closed',
    ...ended({ code: 'no-answer', close: 4408, detail: 'no answer for 50 s', at: 1_100_000 }),
  }),
  connection({
    id: 'a1b2c3-4',
    service: 'nothing',
    state: 'refused',
    ...ended({ code: 'no-service', close: 404, detail: 'no such service: \u001b[31mred\n', at: 1_100_000 }),
  }),
].map((each) => ({ connection: each, now, rates: null }))

const usual = [
  connection({ up: { messages: 5, bytes: 30 }, down: { messages: 5, bytes: 30 }, pingMs: 0.42 }),
  connection({ id: 'a1b2c3-2', service: 'clock', down: { messages: 70, bytes: 1400 } }),
].map((each) => ({ connection: each, now, rates: null }))

it('is laid out for 80 columns', () => {
  expect(renderTable(connectionColumns, rows, { width: 80, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE        PEER                AGE  ↑ MSGS  ↓ MSGS  STATE
    a1b2c3-1  pong           127.0.0.1:52100  3m 12s  12 345       7  open
    a1b2c3-2  audio/pulse-…  uid 1000, pid …      1s       0       0  closing
    a1b2c3-3  pong           127.0.0.1:52100  1m 40s       0       0  no-answer 4408
    a1b2c3-4  nothing        127.0.0.1:52100       –       –       –  no-service 404"
  `)
})

it('is laid out for 120 columns', () => {
  expect(renderTable(connectionColumns, rows, { width: 120, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE     PEER                AGE  ↑ MSGS  ↓ MSGS    QUEUE    PING  STATE           WHY
    a1b2c3-1  pong        127.0.0.1:52100  3m 12s  12 345       7        –  0.4 ms  open
    a1b2c3-2  audio/pul…  uid 1000, pid …      1s       0       0  1.0 MiB       –  closing
    a1b2c3-3  pong        127.0.0.1:52100  1m 40s       0       0        –       –  no-answer 4408  no answer for 50 s
    a1b2c3-4  nothing     127.0.0.1:52100       –       –       –        –       –  no-service 404  no such service: \\x1b[3…"
  `)
})

it('fills 80 columns with what fits, also behind what does not', () => {
  expect(renderTable(connectionColumns, usual, { width: 80, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE  PEER                AGE  ↑ MSGS  ↓ MSGS  QUEUE    PING  STATE
    a1b2c3-1  pong     127.0.0.1:52100  3m 12s       5       5      –  0.4 ms  open
    a1b2c3-2  clock    127.0.0.1:52100  3m 12s       0      70      –       –  open"
  `)
})

it('fills 90 columns with what fits, also behind what does not', () => {
  expect(renderTable(connectionColumns, usual, { width: 90, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE  PEER                AGE  ↑ MSGS  ↓ MSGS  QUEUE  PAUSED    PING  STATE
    a1b2c3-1  pong     127.0.0.1:52100  3m 12s       5       5      –       –  0.4 ms  open
    a1b2c3-2  clock    127.0.0.1:52100  3m 12s       0      70      –       –       –  open"
  `)
})

it('fills 100 columns with what fits, also behind what does not', () => {
  expect(renderTable(connectionColumns, usual, { width: 100, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE  PEER                AGE  ↑ MSGS  ↑ BYTES  ↓ MSGS  ↓ BYTES  QUEUE    PING  STATE
    a1b2c3-1  pong     127.0.0.1:52100  3m 12s       5     30 B       5     30 B      –  0.4 ms  open
    a1b2c3-2  clock    127.0.0.1:52100  3m 12s       0      0 B      70  1.4 KiB      –       –  open"
  `)
})

it('is laid out for 200 columns', () => {
  expect(renderTable(connectionColumns, rows, { width: 200, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE                              PEER                   AGE  ↑ MSGS  ↑ BYTES  ↓ MSGS  ↓ BYTES    QUEUE  PAUSED    PING  RULE  STATE           WHY
    a1b2c3-1  pong                                 127.0.0.1:52100     3m 12s  12 345  1.2 MiB       7    512 B        –       –  0.4 ms  r-1   open
    a1b2c3-2  audio/pulse-with-a-rather-long-name  uid 1000, pid 4242      1s       0      0 B       0      0 B  1.0 MiB   1.5 s       –  r-1   closing
    a1b2c3-3  pong                                 127.0.0.1:52100     1m 40s       0      0 B       0      0 B        –       –       –  r-1   no-answer 4408  no answer for 50 s
    a1b2c3-4  nothing                              127.0.0.1:52100          –       –        –       –        –        –       –       –  r-1   no-service 404  no such service: \\x1b[31mred"
  `)
})

it('is laid out live, with rates', () => {
  const live = rows
    .slice(0, 2)
    .map((row, at) => ({ ...row, connection: { ...row.connection, rules: [] }, rates: at === 0 ? rates : null }))
  expect(renderTable(connectionColumns, live, { width: 160, color: false }).join('\n')).toMatchInlineSnapshot(`
    "ID        SERVICE            PEER                  AGE  ↑ MSGS  ↑ BYTES  ↑ MSG/S  ↑ BYTE/S  ↓ MSGS  ↓ BYTES  ↓ MSG/S  ↓ BYTE/S    QUEUE  PAUSED    PING  STATE
    a1b2c3-1  pong               127.0.0.1:52100    3m 12s  12 345  1.2 MiB        1      12 B       7    512 B   12 345   1.2 MiB        –       –  0.4 ms  open
    a1b2c3-2  audio/pulse-with…  uid 1000, pid 42…      1s       0      0 B                          0      0 B                     1.0 MiB   1.5 s       –  closing"
  `)
})

it('leaves out columns before it cuts, and cuts before it overflows', () => {
  const columns = [
    { title: 'A', value: (row: string) => row, min: 3 },
    { title: 'B', value: () => 'bbbb', priority: 1 },
  ]
  const at = (width: number) => renderTable(columns, ['aaaaaaaa'], { width, color: false })
  expect(at(14)).toEqual(['A         B', 'aaaaaaaa  bbbb'])
  expect(at(12)).toEqual(['A       B', 'aaaaa…  bbbb'])
  expect(at(8)).toEqual(['A', 'aaaaaaaa'])
  expect(at(2)).toEqual(['A', 'aa…'])
})

it('colours without moving anything', () => {
  const plain = renderTable(connectionColumns, rows, { width: 120, color: true }).map(stripVTControlCharacters)
  const bare = renderTable(connectionColumns, rows, { width: 120, color: false })
  expect(plain.map((line) => line.trimEnd())).toEqual(bare)
})

it('never is wider than the terminal, nor lets anything steer it', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 250 }), text, text, (width, service, peer) => {
      const row = { connection: connection({ service, peer }), now, rates }
      const lines = renderTable(connectionColumns, [row], { width, color: false })
      expect(lines).toHaveLength(2)
      for (const line of lines) {
        expect(textWidth(line)).toBeLessThanOrEqual(width)
        expect(line).not.toMatch(/\p{Cc}/u)
      }
    }),
  )
})
