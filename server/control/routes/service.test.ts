import { afterEach, beforeEach, expect, it } from 'vitest'

import type { ServiceDetail } from '../../../shared/api.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { Definitions } from '../../services/definitions.ts'
import { ask } from '../../testing/admin-client.ts'
import { ControlRig } from '../../testing/control.ts'

const change = {
  expected: null,
  comment: '',
  kind: 'edit',
  existing: 'keep',
  drainMs: 0,
  confirmWithinMs: null,
  override: null,
} as const

let rig: ControlRig
let port: number
let token: string

const pong: ServiceInfo = {
  name: 'pong',
  target: 'unix:pong',
  codec: 'libipc',
  from: 'discovered',
  connections: 1,
  lastError: 'nobody listens there',
  state: 'down',
  since: 1,
}

beforeEach(async () => {
  rig = new ControlRig()
  const definitions = new Definitions({
    store: rig.store,
    codecs: ['raw', 'libipc'],
    fixed: (name) => name === 'fixed',
    refused: () => null,
    changed: () => {},
  })
  const defined = (): ServiceInfo[] =>
    [...definitions.entries].map(([name, { target, codec = 'raw' }]) => ({
      ...pong,
      name,
      target,
      codec,
      from: 'dashboard',
      lastError: null,
    }))
  const services = () => [pong, { ...pong, name: 'fixed', from: 'defined' } as const, ...defined()]
  Object.assign(rig.deps, { definitions, services })
  port = await rig.listen()
  token = await rig.token('admin')
})

afterEach(() => rig.close())

it('shows a service with its health, its connections and the rules about it', async () => {
  const rule = { action: 'allow', direction: 'in', peer: '*' } as const
  const document = {
    rules: [
      { ...rule, id: 'own', service: 'pong' },
      { ...rule, id: 'like', service: 'p*' },
      { ...rule, id: 'other', service: 'clock' },
    ],
    redirects: [
      { id: 'away', from: 'pong', to: 'next' },
      { id: 'here', from: 'clock', to: 'unix:pong' },
      { id: 'elsewhere', from: 'clock', to: 'tls://pong.example:9000/pong' },
      { id: 'fallback', from: 'clock', to: 'next', fallback: 'pong' },
    ],
  }
  await rig.policy.commit(document, { name: 't', from: 'local', requestId: '', door: null }, change)
  rig.registry.open('a')
  rig.registry.open('b', { service: 'clock' })
  rig.registry.open('fine')
  rig.registry.end('fine')
  const ending = { code: 'service-failed', close: 1011, detail: 'it broke off', at: 1 } as const
  rig.registry.open('broken', { state: 'closed', ending })
  const answer = await ask<ServiceDetail>(port, 'GET /services/pong', { token: await rig.token('viewer') })
  const { rules, redirects, open, trouble, ...rest } = answer.json
  expect(rest).toEqual({ ...pong, entry: null })
  expect(rules.map(({ id }) => id)).toEqual(['own', 'like'])
  expect(redirects.map(({ id }) => id)).toEqual(['away', 'here', 'fallback'])
  expect(open.map(({ id }) => id)).toEqual(['a'])
  expect(trouble.map(({ id }) => id)).toEqual(['broken'])
})

it('defines, changes and removes one, with a slash in its name', async () => {
  const body = { target: 'unix:/run/pulse.sock', codec: 'libipc', maxMessage: '64KiB' }
  const made = await ask<ServiceDetail>(port, 'PUT /services/audio%2Fpulse', { token, body })
  expect(made.status).toBe(201)
  expect(made.json).toMatchObject({ name: 'audio/pulse', target: 'unix:/run/pulse.sock', from: 'dashboard' })
  expect(made.json.entry).toEqual({ ...body, maxMessage: 65_536 })
  const changed = await ask<ServiceDetail>(port, 'PUT /services/audio%2Fpulse', {
    token,
    body: { target: 'unix:pulse' },
  })
  expect(changed.status).toBe(200)
  expect(changed.json.entry).toEqual({ target: 'unix:pulse' })
  expect((await ask(port, 'DELETE /services/audio%2Fpulse', { token })).status).toBe(204)
  expect((await ask(port, 'GET /services/audio%2Fpulse', { token })).json.code).toBe('no-service')
  expect(rig.audit().filter((entry) => entry.startsWith('service.'))).toEqual([
    'service.define service audio/pulse ok by admin',
    'service.define service audio/pulse ok by admin',
    'service.remove service audio/pulse ok by admin',
  ])
})

it.each([
  ['PUT /services/fixed', { target: 'unix:x' }, 409, 'change it there'],
  ['DELETE /services/fixed', undefined, 409, 'change it there'],
  ['DELETE /services/pong', undefined, 404, 'the dashboard defines no service'],
  ['PUT /services/..%2Fx', { target: 'unix:x' }, 400, "can't be a service"],
  ['PUT /services/x', { target: 'tcp://x:1' }, 400, 'not supported'],
  ['PUT /services/x', { target: 'unix:x', codec: 'morse' }, 400, 'known are raw, libipc'],
  ['PUT /services/x', { target: 'unix:x', maxMessage: 'big' }, 400, 'is not a size'],
  ['PUT /services/x', { target: 'unix:x', secret: 1 }, 400, 'no such field'],
  ['PUT /services/x', {}, 400, 'body.target'],
])('%s %j is refused', async (call, body, status, sentence) => {
  const answer = await ask(port, call, { token, ...(body !== undefined && { body }) })
  expect(answer.status).toBe(status)
  expect(answer.json.detail).toContain(sentence)
  expect(rig.store.services.list().size).toBe(0)
})

it('is changed by administrators only (T37)', async () => {
  const operator = await rig.token('operator')
  for (const call of ['PUT /services/x', 'DELETE /services/x']) {
    const answer = await ask(port, call, {
      token: operator,
      ...(call.startsWith('P') && { body: { target: 'unix:x' } }),
    })
    expect(answer.json.code).toBe('role-needed')
  }
})
