import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ControlRig, problemIn, send } from '../testing/control.ts'

// Nothing that is tried here may change anything, so one rig does.
let rig: ControlRig
let app: FastifyInstance

beforeAll(async () => {
  rig = new ControlRig()
  app = await rig.app()
  await rig.cookie('admin')
})

afterAll(() => rig.close())

const status = '/api/v1/status'
const undo = '/api/v1/policy/undo'

describe('foreign pages', () => {
  const version = () => rig.policy.current().version

  it.each([
    ['another site', 'https://evil.example'],
    ['another port of this host', 'http://localhost:3000'],
    ['https against http', 'https://localhost'],
    ['null', 'null'],
    ['a suffix', 'http://localhost.evil.example'],
    ['a prefix', 'http://evil-localhost'],
    ['a trailing dot', 'http://localhost.'],
    ['upper case', 'http://LOCALHOST'],
    ['nothing', ''],
  ])('can do nothing with the cookie of an administrator: origin of %s', async (_, origin) => {
    const cookie = await rig.cookie('admin')
    for (const method of ['GET', 'POST'] as const) {
      const answer = await send(app, method, method === 'GET' ? status : undo, { headers: { cookie, origin } })
      expect(problemIn(answer)).toMatchObject({ status: 403, code: 'origin-refused' })
    }
    expect(version()).toBe(1)
  })

  it('can do nothing by what browsers send without an origin', async () => {
    const cookie = await rig.cookie('admin')
    for (const site of ['cross-site', 'same-site']) {
      for (const mode of ['no-cors', 'cors', 'websocket']) {
        const headers = { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': mode }
        expect((await send(app, 'GET', status, { headers })).statusCode).toBe(403)
      }
      const headers = { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }
      expect((await send(app, 'POST', undo, { headers })).statusCode).toBe(403)
      expect((await send(app, 'GET', '/', { headers })).statusCode).toBe(200)
    }
    expect(version()).toBe(1)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json-patch+json',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/json; a=b',
  ])('can send no body of type %s', async (type) => {
    const token = await rig.token('admin')
    const answer = await app.inject({
      method: 'POST',
      url: undo,
      headers: { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': type },
      payload: '{}',
    })
    expect(problemIn(answer)).toMatchObject({ status: 415, code: 'media-type' })
    expect(version()).toBe(1)
  })

  it('can change no method by a header or a field', async () => {
    const token = await rig.token('admin')
    rig.registry.open('a')
    const path = '/api/v1/connections/a?_method=DELETE'
    for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method']) {
      await send(app, 'GET', path, { token, headers: { [name]: 'DELETE' } })
      await send(app, 'POST', path, { token, headers: { [name]: 'DELETE' }, body: { _method: 'DELETE' } })
    }
    expect(rig.registry.closings).toEqual([])
  })

  it('are told nothing that lets them read an answer', async () => {
    const token = await rig.token('admin')
    const answer = await send(app, 'GET', status, { token, headers: { origin: 'http://localhost' } })
    expect(answer.statusCode).toBe(200)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await send(app, 'OPTIONS', status, { headers: { origin: 'http://localhost' } })).statusCode).toBe(404)
  })

  it.each([
    ['evil.example', 421],
    ['evil.example:80', 421],
    ['localhost.', 421],
    ['2130706433', 421],
    ['127.1', 421],
    ['[::ffff:127.0.0.1]', 421],
    ['[::1]', 200],
    ['gate.example', 200],
    ['gate.example:8443', 200],
  ])('that have a name pointed at us reach nothing: Host %s', async (host, wanted) => {
    const cookie = await rig.cookie('admin')
    for (const path of [status, '/', '/api/v1/openapi.json', '/metrics', '/docs/']) {
      const answer = await send(app, 'GET', path, { headers: { host, cookie, origin: `http://${host}` } })
      expect(answer.statusCode, path).toBe(wanted)
    }
  })
})
