import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { PolicyState } from '../../shared/api.ts'
import { ControlRig, problemIn, send } from '../testing/control.ts'

let rig: ControlRig
let app: FastifyInstance
let token: string

beforeAll(async () => {
  rig = new ControlRig()
  app = await rig.app()
  token = await rig.token('admin')
})

afterAll(() => rig.close())

const take = (format: string) => send(app, 'GET', `/api/v1/policy/export${format}`, { token })
const bring = (body: object, headers = {}) => send(app, 'POST', '/api/v1/policy/import', { token, body, headers })
const current = () => rig.policy.current()

describe('the policy as a file', () => {
  it.each([
    ['', 'yaml', 'application/yaml; charset=utf-8', /^defaults:\n/],
    ['?format=yaml', 'yaml', 'application/yaml; charset=utf-8', /^defaults:\n/],
    ['?format=text', 'text', 'text/plain; charset=utf-8', /^allow in \* loopback .*# Programs and pages/m],
  ])('goes out%s and comes in as it was', async (query, field, type, pattern) => {
    const { document, version } = current()
    const file = await take(query)
    expect(file.headers).toMatchObject({ 'content-type': type, etag: `"${version}"`, 'cache-control': 'no-store' })
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename="sockgate-policy-\d+\.(yaml|txt)"$/)
    expect(file.body).toMatch(pattern)
    const answer = await bring({ [field]: file.body, comment: 'back' })
    expect(answer.statusCode).toBe(200)
    expect(answer.json<PolicyState>().current).toMatchObject({ version: version + 1, kind: 'import', comment: 'back' })
    expect(current().document).toEqual(document)
  })

  it('gives entries that stay their id, also without one in the file', async () => {
    const ids = current().document.rules.map(({ id }) => id)
    const text = (await take('?format=text')).body.replaceAll(/ id=\S+/g, '')
    await bring({ text: `allow in extra user:anna\n${text}` })
    expect(
      current()
        .document.rules.map(({ id }) => id)
        .slice(1),
    ).toEqual(ids)
  })

  it.each([
    [{ yaml: 'rules:\n  - action: allow\n    direction: in\n    service: x\n    peer: 10.0.0.1/8\n' }, 5, 11],
    [{ text: 'allow in authd\ndeny sideways x' }, 2, 6],
    [{ yaml: 'rules: [' }, 1, 9],
  ])('is refused with line and column: %o', async (body, line, column) => {
    const { version } = current()
    const answer = problemIn(await bring(body))
    expect(answer).toMatchObject({ status: 422, code: 'policy-invalid', problems: [{ line, column }] })
    expect(answer.detail).not.toBe('')
    expect(current().version).toBe(version)
  })

  it('is one file, and may be held against a version', async () => {
    for (const body of [{}, { yaml: '', text: '' }, { yaml: 7 }, { yaml: 'rules: []', colour: 1 }]) {
      expect(problemIn(await bring(body))).toMatchObject({ status: 400, code: 'invalid-request' })
    }
    expect(problemIn(await bring({ text: 'deny in * *' }, { 'if-match': '"999"' }))).toMatchObject({ status: 412 })
    expect(problemIn(await take('?format=xml'))).toMatchObject({ status: 400 })
  })

  it('may come in on trial', async () => {
    const { document } = current()
    const answer = await bring({ text: 'allow in * *', confirmWithin: '30s', existing: 'drain' })
    expect(answer.json<PolicyState>().pending).toMatchObject({ revertTo: current().version - 1 })
    await send(app, 'POST', '/api/v1/policy/rollback', { token })
    expect(current().document).toEqual(document)
  })
})
