import Fastify from 'fastify'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ROLES } from '../../shared/api.ts'
import type { Role } from '../../shared/api.ts'
import { ControlRig, problemIn, send } from '../testing/control.ts'
import { permissions, requirePermissions } from './permissions.ts'

type Method = NonNullable<InjectOptions['method']>

/** Never end by themselves once they are allowed. */
const streams = ['GET /api/v1/events', 'GET /api/v1/connections/:id/messages']

/** Those who can sign in; a client's token is for the gateway only. */
const signed: readonly string[] = ['viewer', 'operator', 'admin']

const who = ['nobody', 'wrong', ...ROLES] as const

describe('every route in the table, whoever asks', () => {
  let rig: ControlRig
  let app: FastifyInstance
  let headers: Record<(typeof who)[number], Record<string, string>>

  beforeAll(async () => {
    rig = new ControlRig()
    const bearer = async (role: Exclude<Role, 'client'>) => ({ authorization: `Bearer ${await rig.token(role)}` })
    headers = {
      nobody: {},
      wrong: { authorization: 'Bearer sg_0000000000000000000000000000', cookie: await rig.cookie('admin', 'root') },
      client: { authorization: `Bearer ${await rig.connectToken()}` },
      viewer: await bearer('viewer'),
      operator: await bearer('operator'),
      admin: await bearer('admin'),
    }
    app = await rig.app()
  })

  afterAll(() => rig.close())

  it.each(Object.entries(permissions))('%s is for %s', async (key, needed) => {
    const [method, route] = key.split(' ') as [Method, string]
    const url = route
      .replace('/*', '/x.txt')
      .replace(/:version/, '1')
      .replace(/:\w+/g, 'x')
    for (const each of who) {
      const known = signed.includes(each)
      const may = needed === 'anyone' || (known && ROLES.indexOf(each as Role) >= ROLES.indexOf(needed))
      if (may && streams.includes(key)) continue
      const before = rig.audit().length
      const answer = await send(app, method, url, { headers: headers[each] })
      if (may) {
        expect(answer.body, each).not.toMatch(/"code":"(unauthenticated|role-needed)"/)
      } else if (known) {
        expect(problemIn(answer), each).toMatchObject({ status: 403, code: 'role-needed' })
        expect(rig.audit().slice(before)).toEqual([`access.refused ${method} ${url} refused by ${each}`])
      } else {
        expect(problemIn(answer), each).toMatchObject({ status: 401, code: 'unauthenticated' })
      }
    }
  })

  it('holds for HEAD as for GET', async () => {
    expect((await send(app, 'HEAD', '/api/v1/audit', { headers: headers.viewer })).statusCode).toBe(403)
    expect((await send(app, 'HEAD', '/api/v1/status')).statusCode).toBe(401)
  })

  it('has no entry without a route', () => {
    const stale = Object.keys(permissions).filter((key) => {
      const [method, url] = key.split(' ') as ['GET', string]
      return !app.hasRoute({ method, url })
    })
    expect(stale).toEqual([])
  })
})

describe('the table', () => {
  it('lets nobody add a route without an entry', () => {
    const app = Fastify()
    requirePermissions(app)
    expect(() => app.get('/api/v1/new', () => 1)).toThrow('GET /api/v1/new has no entry in permissions.ts')
    expect(() => app.post('/api/v1/status', () => 1)).toThrow('POST /api/v1/status has no entry')
    expect(() => app.get('/api/v1/status', () => 1)).not.toThrow()
  })

  it('knows only the roles that there are', () => {
    for (const permission of Object.values(permissions)) expect(['anyone', ...ROLES]).toContain(permission)
  })
})
