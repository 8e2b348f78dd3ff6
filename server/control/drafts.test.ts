import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { PolicyState } from '../../shared/api.ts'
import type { DraftAnswer, MatchesAnswer } from '../../shared/dashboard.ts'
import { ControlRig, problemIn, send } from '../testing/control.ts'

/** What the dashboard asks for besides: drafts, preferences, and what one entry matches. */

let rig: ControlRig
let app: FastifyInstance
let token: string

beforeEach(async () => {
  rig = new ControlRig()
  app = await rig.app()
  token = await rig.token('operator')
})

afterEach(() => rig.close())

const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown, as = token) =>
  send(app, method, `/api/v1${path}`, { token: as, ...(body !== undefined && { body }) })

describe('a draft', () => {
  const document = {
    defaults: { in: 'deny', out: 'deny' },
    rules: [{ service: 'a b', half: 'written' }, 7],
    redirects: [],
    tests: [],
  }
  const read = async (as = token) => (await ask('GET', '/policy/draft', undefined, as)).json<DraftAnswer>()

  it('is kept as it comes, for whoever sent it', async () => {
    expect(await read()).toEqual({ draft: null })
    const from = Date.now()
    const saved = await ask('PUT', '/policy/draft', { base: 1, document })
    expect(saved.statusCode).toBe(200)
    const { draft } = saved.json<DraftAnswer>()
    expect(draft).toMatchObject({ base: 1, document })
    expect(draft!.savedAt).toBeGreaterThanOrEqual(from)
    expect(await read()).toEqual({ draft })
    expect(await read(await rig.token('viewer'))).toEqual({ draft: null })
    expect((await ask('DELETE', '/policy/draft')).statusCode).toBe(204)
    expect((await ask('DELETE', '/policy/draft')).statusCode).toBe(204)
    expect(await read()).toEqual({ draft: null })
    expect(rig.policy.current().version).toBe(1)
  })

  it('is named in the policy state and told of in the feed', async () => {
    const seen: PolicyState['drafts'][] = []
    rig.policy.onChange(() => seen.push(rig.policy.state().drafts))
    await ask('PUT', '/policy/draft', { base: 1, document })
    const { drafts } = (await ask('GET', '/policy/state')).json<PolicyState>()
    expect(drafts).toMatchObject([{ user: 'operator', base: 1 }])
    expect(drafts[0]).not.toHaveProperty('document')
    await ask('DELETE', '/policy/draft')
    expect(seen).toEqual([drafts, []])
  })

  it('stays when it is committed', async () => {
    await ask('PUT', '/policy/draft', { base: 1, document })
    const answer = await send(app, 'POST', '/api/v1/policy/commit', {
      token,
      body: { document: { rules: [] } },
      headers: { 'if-match': '"1"' },
    })
    expect(answer.json<PolicyState>()).toMatchObject({ current: { version: 2 }, drafts: [{ base: 1 }] })
  })

  it('goes with its account', async () => {
    const admin = await rig.token('admin')
    await ask('PUT', '/policy/draft', { base: 1, document })
    await ask('PUT', '/preferences/theme', { value: 'dark' })
    expect((await ask('DELETE', '/users/operator', undefined, admin)).statusCode).toBe(204)
    expect((await ask('GET', '/policy/state', undefined, admin)).json<PolicyState>().drafts).toEqual([])
    expect(rig.store.drafts.list()).toEqual([])
    expect(rig.store.preferences.of('operator')).toEqual({})
  })

  it.each([
    [{ document }, 'body.base: must be the number of a version'],
    [{ base: 0, document }, 'body.base: must be the number of a version'],
    [{ base: 7, document }, 'body.base: there is no version 7 yet, 1 is the latest'],
    [{ base: 1 }, 'body.document: must be a document'],
    [{ base: 1, document: { ...document, rules: {} } }, 'body.document.rules: must be a list'],
    [{ base: 1, document: { rules: [], redirects: [] } }, 'body.document.tests: must be a list'],
    [{ base: 1, document, colour: 1 }, 'body.colour: there is no such field'],
  ])('is not %j', async (body, sentence) => {
    const problem = problemIn(await ask('PUT', '/policy/draft', body))
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', detail: sentence })
    expect(await read()).toEqual({ draft: null })
  })

  it('may be long, but not deep', async () => {
    const rules = Array.from({ length: 2000 }, (_, at) => ({ service: `s${at}`, note: 'x'.repeat(80) }))
    expect((await ask('PUT', '/policy/draft', { base: 1, document: { ...document, rules } })).statusCode).toBe(200)
    expect((await read()).draft?.document.rules).toHaveLength(2000)
    for (const levels of [40, 1_000_000]) {
      const deep = `{"base":1,"document":{"redirects":[],"tests":[],"rules":${'['.repeat(levels)}${']'.repeat(levels)}}}`
      const problem = problemIn(await ask('PUT', '/policy/draft', deep))
      expect(problem).toMatchObject({ status: 400, detail: 'body.document: is nested too deep' })
    }
    const big = await ask('PUT', '/policy/draft', `{"base":1,"document":"${'x'.repeat(9e6)}"}`)
    expect(problemIn(big)).toMatchObject({ status: 413, code: 'body-too-large' })
  })

  it('is nothing that a viewer may keep', async () => {
    const answer = await ask('PUT', '/policy/draft', { base: 1, document }, await rig.token('viewer'))
    expect(problemIn(answer)).toMatchObject({ status: 403, code: 'role-needed' })
  })
})

describe('preferences', () => {
  const read = async (as = token) => (await ask('GET', '/preferences', undefined, as)).json<Record<string, unknown>>()
  const put = (key: string, value: unknown, as = token) => ask('PUT', `/preferences/${key}`, { value }, as)

  it('are kept for each account, until they are forgotten', async () => {
    const views = [{ name: 'slow', q: 'state:paused' }]
    expect(await read()).toEqual({})
    expect((await put('connections.views', views)).statusCode).toBe(204)
    await put('theme', 'light')
    await put('theme', 'dark')
    const viewer = await rig.token('viewer')
    await put('theme', false, viewer)
    expect(await read()).toEqual({ 'connections.views': views, theme: 'dark' })
    expect(await read(viewer)).toEqual({ theme: false })
    expect((await put('theme', null)).statusCode).toBe(204)
    expect((await put('theme', null)).statusCode).toBe(204)
    expect(await read()).toEqual({ 'connections.views': views })
  })

  it.each(['Theme', '1st', '__proto__', 'x'.repeat(61), 'a%2fb', 'a%20b'])('have no key like %s', async (key) => {
    const problem = problemIn(await put(key, 1))
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request' })
    expect(problem.detail).toContain('must be lower-case words')
  })

  it.each([
    ['{}', 'body.value: must be there; null forgets it'],
    ['{"value":1,"more":2}', 'body.more: there is no such field'],
    [`{"value":"${'ü'.repeat(8192)}"}`, 'body.value: must have at most 16KiB as JSON'],
    [`{"value":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'body.value: is nested too deep'],
  ])('are not %.40s', async (body, sentence) => {
    const problem = problemIn(await ask('PUT', '/preferences/theme', body))
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', detail: sentence })
    expect(await read()).toEqual({})
  })

  it('are at most 50', async () => {
    for (let at = 0; at < 50; at++) expect((await put(`key${at}`, at)).statusCode).toBe(204)
    expect(problemIn(await put('key50', 1))).toMatchObject({ status: 422, code: 'too-many-preferences' })
    expect((await put('key49', 'changed')).statusCode).toBe(204)
    await put('key0', null)
    expect((await put('key50', 1)).statusCode).toBe(204)
    expect(await read()).toMatchObject({ key49: 'changed', key50: 1 })
  })
})

describe('what an entry matches', () => {
  const rule = { action: 'allow', direction: 'in', service: 'pong' }

  it('is told for a rule or a redirect', async () => {
    for (const body of [
      { rule },
      { rule: { ...rule, id: 'r-1', enabled: false } },
      { redirect: { from: '*', to: 'x' } },
    ]) {
      const answer = await ask('POST', '/policy/matches', body, await rig.token('viewer'))
      expect([answer.statusCode, answer.json<MatchesAnswer>()]).toEqual([200, { open: 0, recent: 0, ids: [] }])
    }
  })

  it.each([
    [{ rule: { ...rule, peer: '10.0.0.1/8' } }, '/rule/peer'],
    [{ rule: { ...rule, colour: 1 } }, '/rule/colour'],
    [{ redirect: { from: 'a b', to: 'x' } }, '/redirect/from'],
    [{ redirect: { from: 'a', to: 'ftp:x' } }, '/redirect/to'],
    [{}, '/rule'],
  ])('is not told for %j', async (body, pointer) => {
    const problem = problemIn(await ask('POST', '/policy/matches', body))
    expect(problem).toMatchObject({ status: 422, code: 'policy-invalid', problems: [{ pointer }] })
  })
})
