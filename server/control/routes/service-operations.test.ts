import { afterEach, beforeEach, expect, it } from 'vitest'

import type { ServiceInfo } from '../../../shared/connection.ts'
import type { ProbeAnswer } from '../../../shared/dashboard.ts'
import { shownState } from '../../services/operations.ts'
import { ask } from '../../testing/admin-client.ts'
import { ControlRig } from '../../testing/control.ts'

let rig: ControlRig
let port: number

const pong = { name: 'pong', target: 'unix:pong', codec: 'libipc', from: 'discovered', connections: 1 } as const

beforeEach(async () => {
  rig = new ControlRig()
  const health = { state: 'up', since: 5 } as const
  const services = (): ServiceInfo[] => [{ ...pong, lastError: null, ...shownState(rig.operations, 'pong', health) }]
  Object.assign(rig.deps, { services })
  port = await rig.listen()
})
afterEach(() => rig.close())

const post = async <T = ServiceInfo>(path: string, role: 'operator' | 'admin', body?: object) =>
  ask<T>(port, `POST /services/${path}`, { token: await rig.token(role), ...(body !== undefined && { body }) })

it('probes a service, and says in words what is in the way', async () => {
  const good = (await post<ProbeAnswer>('pong/probe', 'operator')).json
  expect(good).toMatchObject({ ok: true, message: 'it accepted the connection', service: { name: 'pong' } })
  rig.pongAccepts = false
  const bad = (await post<ProbeAnswer>('pong/probe', 'operator')).json
  expect(bad).toMatchObject({ ok: false, message: 'nobody listens on the socket' })
  expect((await post('nothing/probe', 'operator')).status).toBe(404)
})

it('switches a service off and on, on record, for admins', async () => {
  expect((await post('pong/disable', 'operator', {})).status).toBe(403)
  const off = (await post('pong/disable', 'admin', {})).json
  expect(off.state).toBe('disabled')
  expect(off.since).toBeGreaterThan(5)
  expect(rig.operations.isDisabled('pong')).toBe(true)
  expect([...rig.store.services.disabled().keys()]).toEqual(['pong'])
  const on = (await post('pong/enable', 'admin')).json
  expect(on).toMatchObject({ state: 'up', since: 5 })
  expect(rig.store.services.disabled().size).toBe(0)
  const actions = rig.store.audit.list({ before: null, limit: 9, q: 'service pong' }).map(({ action }) => action)
  expect(actions).toEqual(['service.enable', 'service.disable'])
})

it('keeps what is open, or closes it, as asked', async () => {
  rig.registry.open('a')
  rig.registry.open('b', { service: 'clock' })
  await post('pong/disable', 'admin', { existing: 'keep' })
  expect(rig.registry.closings).toEqual([])
  await post('pong/enable', 'admin')
  await post('pong/disable', 'admin', { existing: 'close' })
  expect(rig.registry.closings).toEqual([{ id: 'a', code: 1012, reason: 'the service was switched off' }])
})

it('drains over the time that is asked for', async () => {
  for (let i = 0; i < 5; i++) rig.registry.open(`c${i}`)
  await post('pong/disable', 'admin', { existing: 'drain', drainOver: '1h' })
  expect(rig.registry.closings).toHaveLength(1)
  expect(rig.closings.list()).toMatchObject([{ total: 5, by: 'admin' }])
  expect((await post('pong/disable', 'admin', { existing: 'drain', drainOver: '2d' })).status).toBe(400)
})
