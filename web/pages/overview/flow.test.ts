import { expect, it } from 'vitest'

import type { CauseCode } from '../../../shared/causes.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { clientName, FLOW_MAX, flowOf } from './flow.ts'

let made = 0
const open = (fields: Partial<ConnectionInfo> = {}) => connectionInfo(`c${++made}`, fields)
const refused = (code: CauseCode, fields: Partial<ConnectionInfo> = {}) =>
  open({ state: 'refused', ending: { code, close: 403, detail: '', at: 0 }, ...fields })
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))

it.each([
  [{ origin: 'https://app.example' }, 'https://app.example'],
  [{ peer: '10.0.0.5:52100' }, '10.0.0.5'],
  [{ peer: '[2001:db8::1]:443' }, '2001:db8::1'],
  [{ peer: 'uid 1000, pid 4242' }, 'uid 1000'],
])('names the client of %o %s', (fields, name) => {
  expect(clientName(open(fields))).toBe(name)
})

it('sums up by client, deciding rule and service', () => {
  const flow = flowOf(
    [
      open({ rules: ['log-1', 'allow-1'] }),
      open({ rules: ['allow-1'] }),
      open({ rules: ['allow-1'], service: 'chat', origin: 'https://app.example' }),
    ],
    [],
  )
  expect(flow.clients.map(({ name, open: count, path }) => [name, count, path])).toEqual([
    ['127.0.0.1', 2, '/connections?filter=client%3A127.0.0.1'],
    ['https://app.example', 1, '/connections?filter=origin%3A%22https%3A%2F%2Fapp.example%22'],
  ])
  expect(flow.middle.map(({ kind, name, open: count }) => [kind, name, count])).toEqual([['rule', 'allow-1', 3]])
  expect(flow.services.map(({ name, open: count }) => [name, count])).toEqual([
    ['pong', 2],
    ['chat', 1],
  ])
  expect(flow.links).toEqual([
    { from: 'client 127.0.0.1', to: 'rule allow-1', count: 2, refused: false },
    { from: 'rule allow-1', to: 'service pong', count: 2, refused: false },
    { from: 'client https://app.example', to: 'rule allow-1', count: 1, refused: false },
    { from: 'rule allow-1', to: 'service chat', count: 1, refused: false },
  ])
})

it('lets refusals end at the rule that denies, or at the cause where no rule decided', () => {
  const flow = flowOf(
    [open({ rules: ['r4'] })],
    [
      refused('policy-denied', { rules: ['r4'] }),
      refused('policy-denied', { rules: ['r4'] }),
      refused('upstream-refused', { rules: ['allow-1'] }),
      refused('no-service', { rules: [] }),
    ],
  )
  expect(flow.middle.map(({ key, open: count, refused: no, path }) => [key, count, no, path])).toEqual([
    ['stop r4', 0, 2, '/connections?tab=refused&filter=rule%3Ar4'],
    ['rule r4', 1, 0, '/connections?filter=rule%3Ar4'],
    ['stop cause:no-service', 0, 1, '/connections?tab=refused&filter=cause%3Ano-service'],
    ['stop cause:upstream-refused', 0, 1, '/connections?tab=refused&filter=cause%3Aupstream-refused'],
  ])
  expect(flow.services.map(({ name }) => name)).toEqual(['pong'])
  expect(flow.links.filter(({ refused: no }) => no)).toHaveLength(3)
  expect(flow.lines[0]).toEqual({
    client: '127.0.0.1',
    rule: 'r4',
    service: 'pong',
    open: 0,
    refused: 2,
    cause: 'policy-denied',
  })
})

it('keeps the heaviest of each column and counts the others together', () => {
  const flow = flowOf(
    times(9, (i) => times(10 - i, () => open({ peer: `10.0.0.${i}:1`, service: `s${i}` }))).flat(),
    times(3, (i) => refused('policy-denied', { rules: [`deny-${i}`], peer: '10.9.9.9:1' })),
  )
  expect(flow.clients).toHaveLength(FLOW_MAX + 1)
  expect(flow.clients.at(-1)).toMatchObject({ kind: 'client-others', members: 4, open: 4 + 3 + 2, refused: 3 })
  expect(flow.services.at(-1)).toMatchObject({ kind: 'service-others', members: 3, open: 4 + 3 + 2 })
  const sum = (key: string) => flow.links.filter(({ to }) => to === key).reduce((all, { count }) => all + count, 0)
  expect(sum('service-others')).toBe(9)
  for (const node of [...flow.middle, ...flow.services]) expect(sum(node.key)).toBe(node.open + node.refused)
  expect(flow.lines).toHaveLength(12)
})

it('tells rules that are too many from stops that are', () => {
  const flow = flowOf(
    times(5, (i) => times(3, () => open({ rules: [`a${i}`] }))).flat(),
    times(4, (i) => refused('policy-denied', { rules: [`d${i}`] })),
  )
  expect(flow.middle.map(({ kind, members }) => [kind, members])).toEqual([
    ...times(5, () => ['rule', 1]),
    ['stop', 1],
    ['stop-others', 3],
  ])
})

it('is empty without connections', () => {
  expect(flowOf([], [])).toEqual({ clients: [], middle: [], services: [], links: [], lines: [] })
})
