import { expect, it } from 'vitest'

import { connectionInfo } from '../../testing/connection-info.ts'
import { serviceInfo } from '../../testing/service-info.ts'
import { countStates, filterServices, kindOf, serviceRates } from './service-rows.ts'

const services = [
  serviceInfo('chat', { codec: 'line' }),
  serviceInfo('mail', { target: 'unix:/run/mail', state: 'down', lastError: 'no permission' }),
  serviceInfo('pong', { state: 'unknown' }),
]
const names = (filter: string, show = '') => filterServices(services, filter, show).map(({ name }) => name)

it('finds services by words in all that is shown, and by state', () => {
  expect(names('')).toEqual(['chat', 'mail', 'pong'])
  expect(names('LINE')).toEqual(['chat'])
  expect(names('run permission')).toEqual(['mail'])
  expect(names('', 'unknown')).toEqual(['pong'])
  expect(names('chat', 'down')).toEqual([])
  expect(countStates(services)).toEqual({ up: 1, down: 1, unknown: 1, disabled: 0 })
})

it('sums the rates of a service', () => {
  const info = connectionInfo('a')
  const sample = (at: number, bytes: number) => ({ at, up: { messages: 0, bytes }, down: { messages: 0, bytes } })
  const row = { info, samples: [sample(0, 0), sample(5000, 500)] }
  expect([...serviceRates([row, row], 5000)]).toEqual([['pong', 400]])
})

it.each([
  ['unix:pong', 'Unix socket'],
  ['wss://x', 'WebSocket over TLS'],
  ['builtin:echo', 'builtin'],
  ['nonsense', ''],
])('says what %s is', (target, kind) => {
  expect(kindOf(target)).toBe(kind)
})
