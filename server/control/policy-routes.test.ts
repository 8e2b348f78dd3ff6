import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { PolicyPreview, PolicyState, PolicyVersion } from '../../shared/api.ts'
import type { FirewallRule, PolicyDocument } from '../../shared/policy/document.ts'
import { ControlRig, problemIn, send } from '../testing/control.ts'

let rig: ControlRig
let app: FastifyInstance
let token: string

beforeEach(async () => {
  rig = new ControlRig()
  app = await rig.app()
  token = await rig.token('operator')
})

afterEach(() => rig.close())

interface Sent {
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

const ask = (method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', path: string, sent: Sent = {}) =>
  send(app, method, `/api/v1${path}`, { token, ...sent })

const current = () => rig.policy.current()
const ids = () => current().document.rules.map(({ id }) => id)
const deny = { action: 'deny', direction: 'in', service: 'pong', peer: 'user:ben' }
const open: Partial<PolicyDocument> = { defaults: { in: 'allow', out: 'allow' } }

describe('the whole document', () => {
  it('comes with its version as the ETag', async () => {
    const answer = await ask('GET', '/policy')
    expect(answer.headers['etag']).toBe('"1"')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toEqual(current().document)
    const again = await ask('GET', '/policy', { headers: { 'if-none-match': 'W/"0", "1"' } })
    expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', '"1"'])
  })

  it('is replaced by who has seen the one in force', async () => {
    const body = { ...current().document, rules: [deny] }
    const answer = await ask('PUT', '/policy?comment=less', { body, headers: { 'if-match': '"1"' } })
    expect([answer.statusCode, answer.headers['etag']]).toEqual([200, '"2"'])
    expect(answer.json()).toEqual(current().document)
    expect(current()).toMatchObject({ version: 2, author: 'operator', comment: 'less', kind: 'commit' })
    expect(rig.audit().at(-1)).toMatch(/^policy\.commit .*2.* ok by operator$/)
  })

  it('is not replaced by who has not', async () => {
    const before = current().document
    expect(problemIn(await ask('PUT', '/policy', { body: open }))).toMatchObject({
      status: 428,
      code: 'precondition-required',
    })
    expect(problemIn(await ask('POST', '/policy/commit', { body: { document: open } }))).toMatchObject({ status: 428 })
    const late = await ask('PUT', '/policy', { body: open, headers: { 'if-match': '"7"' } })
    expect(problemIn(late)).toMatchObject({ status: 412, code: 'version-conflict' })
    expect(problemIn(late).current).toMatchObject({ version: 1, kind: 'seed' })
    expect(problemIn(late).current).not.toHaveProperty('document')
    for (const wrong of ['1', 'W/"1"', '"1", "2"', '"x"', '']) {
      const answer = await ask('PUT', '/policy', { body: open, headers: { 'if-match': wrong } })
      expect(problemIn(answer), wrong).toMatchObject({ status: 400, code: 'invalid-request' })
    }
    expect(current()).toMatchObject({ version: 1, document: before })
    expect((await ask('PUT', '/policy', { body: before, headers: { 'if-match': '*' } })).statusCode).toBe(200)
  })

  it('is refused whole, with everything that is wrong', async () => {
    const body = {
      rules: [deny, { ...deny, service: 'a**b[', peer: '10.0.0.1/8' }, { ...deny, colour: 'red' }, 7],
      redirects: [{ from: 'a', to: 'ftp:x' }],
      extra: 1,
    }
    const answer = await ask('PUT', '/policy', { body, headers: { 'if-match': '*' } })
    expect(problemIn(answer)).toMatchObject({ status: 422, code: 'policy-invalid' })
    expect(
      problemIn(answer)
        .problems!.map(({ pointer }) => pointer)
        .toSorted(),
    ).toEqual(['/extra', '/redirects/0/to', '/rules/1/peer', '/rules/1/service', '/rules/2/colour', '/rules/3'])
    expect(current().version).toBe(1)
  })

  it.each(['null', '[]', '"x"', '7', '{"rules":{}}', '{"rules":[{"service":"__proto__"}]}'])(
    'is not %s',
    async (body) => {
      const answer = await ask('PUT', '/policy', { body, headers: { 'if-match': '*' } })
      expect(problemIn(answer)).toMatchObject({ status: 422, code: 'policy-invalid' })
    },
  )

  it('is refused when two keep the same id', async () => {
    const body = {
      rules: [
        { ...deny, id: 'same' },
        { ...deny, id: 'same' },
      ],
    }
    const answer = await ask('PUT', '/policy', { body, headers: { 'if-match': '*' } })
    expect(problemIn(answer).problems).toMatchObject([{ pointer: '/rules/1/id' }])
  })

  it('may have thousands of rules, and 8 MiB', async () => {
    const rules = Array.from({ length: 2000 }, (_, at) => ({ ...deny, peer: `user:u${at}`, note: 'x'.repeat(80) }))
    const answer = await ask('PUT', '/policy', { body: { rules }, headers: { 'if-match': '*' } })
    expect(answer.statusCode).toBe(200)
    const big = await ask('PUT', '/policy', { body: `{"caption":"${'x'.repeat(9e6)}"}`, headers: { 'if-match': '*' } })
    expect(problemIn(big)).toMatchObject({
      status: 413,
      code: 'body-too-large',
      detail: 'the body may have at most 8MiB',
    })
    const deep = await ask('PUT', '/policy', {
      body: `${'['.repeat(1e6)}${']'.repeat(1e6)}`,
      headers: { 'if-match': '*' },
    })
    expect([400, 422]).toContain(deep.statusCode)
  })
})

describe.each([
  { list: 'rules', entry: deny, change: { note: 'later' }, wrong: { service: 'a b' } },
  {
    list: 'redirects',
    entry: { from: 'authd', to: 'nextversion-authd' },
    change: { percent: 10 },
    wrong: { percent: 0 },
  },
  {
    list: 'tests',
    entry: { direction: 'in', service: 'x', expect: 'deny' },
    change: { note: 'b' },
    wrong: { expect: 'no' },
  },
] as const)('an entry of $list', ({ list, entry, change, wrong }) => {
  const entries = () => current().document[list] as readonly { id: string }[]
  const path = `/policy/${list}`
  const add = async (body: object) => (await ask('POST', path, { body })).json<{ id: string }>()

  it('is added at the top, or in front of another, or at the end', async () => {
    const first = await ask('POST', path, { body: { ...entry, comment: 'why' } })
    expect(first.statusCode).toBe(201)
    expect(first.headers['etag']).toBe('"2"')
    const a = first.json<{ id: string }>()
    expect(first.headers['location']).toBe(`/api/v1${path}/${a.id}`)
    expect(entries()[0]).toEqual(a)
    expect(current()).toMatchObject({ kind: 'edit', comment: 'why', author: 'operator' })
    const b = await add(entry)
    const c = await add({ ...entry, before: a.id })
    const d = await add({ ...entry, before: null })
    expect(
      entries()
        .slice(0, 3)
        .map(({ id }) => id),
    ).toEqual([b.id, c.id, a.id])
    expect(entries().at(-1)).toEqual(d)
  })

  it('is changed field by field, and a null takes one back', async () => {
    const { id } = await add(entry)
    const answer = await ask('PATCH', `${path}/${id}`, { body: { ...change, comment: 'because' } })
    expect([answer.statusCode, answer.headers['etag']]).toEqual([200, '"3"'])
    expect(answer.json()).toMatchObject({ ...entry, ...change, id })
    expect(current().comment).toBe('because')
    const [field] = Object.keys(change) as [string]
    const back = await ask('PATCH', `${path}/${id}`, { body: { [field]: null } })
    expect(back.json()).toEqual((await ask('PATCH', `${path}/${id}`, { body: {} })).json())
    expect(back.json<Record<string, unknown>>()[field] ?? '').toBe('')
  })

  it('is not changed into something wrong, nor its id', async () => {
    const { id } = await add(entry)
    const [field] = Object.keys(wrong) as [string]
    for (const [body, pointer] of [
      [wrong, `/${field}`],
      [{ id: 'other' }, '/id'],
      [{ colour: 1 }, '/colour'],
      [[], ''],
    ] as const) {
      const answer = await ask('PATCH', `${path}/${id}`, { body })
      expect(problemIn(answer)).toMatchObject({ status: 422, code: 'policy-invalid', problems: [{ pointer }] })
    }
    expect(current().version).toBe(2)
  })

  it('is not added with something wrong', async () => {
    for (const [body, pointer] of [
      [{ ...entry, ...wrong }, `/${Object.keys(wrong)[0]}`],
      [{ ...entry, colour: 1 }, '/colour'],
      [{ ...entry, note: 7 }, '/note'],
    ] as const) {
      const answer = await ask('POST', path, { body })
      expect(problemIn(answer)).toMatchObject({ status: 422, code: 'policy-invalid', problems: [{ pointer }] })
    }
    expect(current().version).toBe(1)
  })

  it('may be added on trial', async () => {
    await ask('POST', `${path}?confirmWithin=60s&existing=drain&drainOver=10s`, { body: entry })
    expect(rig.policy.state().pending).toMatchObject({ version: 2, revertTo: 1 })
    const wrongly = await ask('POST', `${path}?confirmWithin=1s`, { body: entry })
    expect(problemIn(wrongly)).toMatchObject({ status: 400, detail: 'query.confirmWithin: must be from 5s to 1h' })
  })

  it('is moved and removed', async () => {
    const { id: a } = await add(entry)
    const { id: b } = await add(entry)
    const order = () =>
      entries()
        .map(({ id }) => id)
        .filter((id) => id === a || id === b)
    expect(order()).toEqual([b, a])
    expect((await ask('POST', `${path}/${a}/move`, { body: { before: b } })).json()).toMatchObject({ id: a })
    expect(order()).toEqual([a, b])
    await ask('POST', `${path}/${a}/move`, { body: { before: a } })
    expect(order()).toEqual([a, b])
    await ask('POST', `${path}/${a}/move`, { body: { before: null } })
    expect(entries().at(-1)!.id).toBe(a)
    const gone = await ask('DELETE', `${path}/${a}?comment=over`)
    expect([gone.statusCode, gone.body]).toEqual([204, ''])
    expect(order()).toEqual([b])
    expect(current().comment).toBe('over')
  })

  it('must be there, as must the one in front of which it goes', async () => {
    const { id } = await add(entry)
    for (const [method, rest, body] of [
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/move', { before: null }],
    ] as const) {
      const answer = await ask(method, `${path}/none${rest}`, body && { body })
      expect(problemIn(answer)).toMatchObject({ status: 404, code: 'no-entry' })
    }
    expect(problemIn(await ask('DELETE', `${path}/fixed-1`)).detail).toMatch(
      /the command line or the configuration file/,
    )
    for (const answer of [
      await ask('POST', `${path}/${id}/move`, { body: { before: 'none' } }),
      await ask('POST', path, { body: { ...entry, before: 'none' } }),
    ]) {
      expect(problemIn(answer)).toMatchObject({ status: 422, problems: [{ pointer: '/before' }] })
    }
    expect(problemIn(await ask('POST', `${path}/${id}/move`, { body: {} })).problems).toMatchObject([
      { pointer: '/before' },
    ])
  })

  it('is held against the version that was seen, when that is said', async () => {
    const answer = await ask('POST', path, { body: entry, headers: { 'if-match': '"9"' } })
    expect(problemIn(answer)).toMatchObject({ status: 412 })
    expect((await ask('POST', path, { body: entry, headers: { 'if-match': '"1"' } })).statusCode).toBe(201)
  })
})

describe('a commit that must be confirmed', () => {
  const commit = (more: object = {}) =>
    ask('POST', '/policy/commit', {
      body: { document: { rules: [deny] }, confirmWithin: '60s', ...more },
      headers: { 'if-match': '*' },
    })

  it('is kept', async () => {
    const before = Date.now()
    const { pending, current: now } = (await commit()).json<PolicyState>()
    expect(now).toMatchObject({ version: 2, author: 'operator' })
    expect(pending).toMatchObject({ version: 2, revertTo: 1 })
    expect(pending!.deadline - before).toBeGreaterThanOrEqual(60_000)
    expect(problemIn(await ask('POST', '/policy/rules', { body: deny }))).toMatchObject({
      status: 409,
      code: 'pending',
    })
    expect((await ask('POST', '/policy/confirm')).json<PolicyState>().pending).toBeNull()
    expect(problemIn(await ask('POST', '/policy/confirm'))).toMatchObject({ status: 409, code: 'nothing-pending' })
    expect((await ask('GET', '/policy/state')).json<PolicyState>()).toMatchObject({
      current: { version: 2 },
      pending: null,
    })
  })

  it('is taken back', async () => {
    const before = current().document
    await commit()
    const answer = await ask('POST', '/policy/rollback')
    expect(answer.json<PolicyState>()).toMatchObject({ current: { version: 3, kind: 'rollback' }, pending: null })
    expect(answer.headers['etag']).toBe('"3"')
    expect(current().document).toEqual(before)
    expect(problemIn(await ask('POST', '/policy/rollback'))).toMatchObject({ status: 409, code: 'nothing-pending' })
  })

  it.each([
    [{ confirmWithin: '1s' }, 'body.confirmWithin: must be from 5s to 1h'],
    [{ confirmWithin: '2h' }, 'body.confirmWithin: must be from 5s to 1h'],
    [{ confirmWithin: 'soon' }, /^body\.confirmWithin: "soon" is not a duration/],
    [{ drainOver: '0' }, 'body.drainOver: must be from 1s to 1h'],
    [{ existing: 'kill' }, 'body.existing: must be keep, close or drain'],
    [{ force: true }, 'body.force: there is no such field'],
  ])('is not asked for as %o', async (more, detail) => {
    const answer = problemIn(await commit(more))
    expect(answer).toMatchObject({ status: 400, code: 'invalid-request' })
    expect(answer.detail).toMatch(detail)
    expect(current().version).toBe(1)
  })

  it('needs its tests to pass, or a reason', async () => {
    const document = { rules: [deny], tests: [{ direction: 'in', service: 'pong', expect: 'allow' }] }
    expect(problemIn(await commit({ document }))).toMatchObject({ status: 422, code: 'tests-failed' })
    const answer = await commit({ document, override: 'the test is old' })
    expect(answer.statusCode).toBe(200)
    expect(current().comment).toContain('the test is old')
  })
})

describe('a draft', () => {
  it('is looked at', async () => {
    const document = { ...current().document, rules: [deny, ...current().document.rules] }
    const preview = (await ask('POST', '/policy/preview', { body: { document } })).json<PolicyPreview>()
    expect(preview.problems).toEqual([])
    expect(preview.changes).toMatchObject([{ change: 'added', list: 'rules' }])
    const bad = (await ask('POST', '/policy/preview', { body: { document: { rules: [7] } } })).json<PolicyPreview>()
    expect(bad.problems).toMatchObject([{ pointer: '/rules/0' }])
    expect(current().version).toBe(1)
  })
})

describe('versions', () => {
  const edit = (comment: string) => ask('POST', '/policy/rules', { body: { ...deny, comment } })

  it('are listed newest first, a page at a time', async () => {
    for (let at = 0; at < 203; at++) await rig.policy.edit((document) => document, actor, options(`c${at}`))
    interface Page {
      readonly versions: readonly PolicyVersion[]
      readonly nextCursor: string | null
    }
    const first = (await ask('GET', '/policy/versions')).json<Page>()
    expect(first.versions).toHaveLength(200)
    expect(first.versions[0]).toMatchObject({ version: 204, author: 'test', comment: 'c202' })
    const second = (await ask('GET', `/policy/versions?cursor=${first.nextCursor}`)).json<Page>()
    expect(second.versions.map(({ version }) => version)).toEqual([4, 3, 2, 1])
    expect(second.nextCursor).toBeNull()
    expect(problemIn(await ask('GET', '/policy/versions?cursor=x'))).toMatchObject({ status: 400 })
  })

  it('tell what they changed', async () => {
    await edit('one')
    await edit('two')
    const two = await ask('GET', '/policy/versions/3')
    expect(two.headers['etag']).toBe('"3"')
    expect(two.json()).toMatchObject({ version: 3, comment: 'two', against: 2, changes: [{ change: 'added' }] })
    expect(two.json<{ document: object }>().document).toEqual(current().document)
    expect((await ask('GET', '/policy/versions/3?against=1')).json<{ changes: object[] }>().changes).toHaveLength(2)
    expect((await ask('GET', '/policy/versions/1')).json()).toMatchObject({ against: null, changes: [] })
    for (const number of ['99', '0', '-1', '1e1', 'x', '1.5']) {
      expect([400, 404], number).toContain((await ask('GET', `/policy/versions/${number}`)).statusCode)
    }
    expect(problemIn(await ask('GET', '/policy/versions/99'))).toMatchObject({ status: 404, code: 'no-version' })
  })

  it('come back, and the last change is undone', async () => {
    const before = ids()
    await edit('one')
    await edit('two')
    const restored = await ask('POST', '/policy/versions/1/restore')
    expect(restored.json<PolicyState>().current).toMatchObject({
      version: 4,
      kind: 'restore',
      comment: 'version 1 restored',
    })
    expect(ids()).toEqual(before)
    const undone = await ask('POST', '/policy/undo', { body: { comment: 'no, not that' } })
    expect(undone.json<PolicyState>().current).toMatchObject({ version: 5, comment: 'no, not that' })
    expect(ids()).toHaveLength(before.length + 2)
    expect(problemIn(await ask('POST', '/policy/undo', { headers: { 'if-match': '"4"' } }))).toMatchObject({
      status: 412,
    })
    expect(problemIn(await ask('POST', '/policy/versions/77/restore'))).toMatchObject({
      status: 404,
      code: 'no-version',
    })
  })

  it('begin somewhere: the first can not be undone', async () => {
    expect(problemIn(await ask('POST', '/policy/undo'))).toMatchObject({ status: 404, code: 'no-version' })
  })
})

describe('what is to be said about it', () => {
  it('hits, findings, tests', async () => {
    const [first] = ids()
    rig.policy.count({ rules: [first!] } as never, 5)
    expect((await ask('GET', '/policy/hits')).json()).toMatchObject({ hits: { [first!]: { hits: 1, lastAt: 5 } } })
    await ask('POST', '/policy/rules', { body: { ...deny, peer: '*', service: '*' } })
    const { findings } = (await ask('GET', '/policy/findings')).json<{ findings: { kind: string; id: string }[] }>()
    expect(findings.some(({ kind, id }) => kind === 'shadowed' && id === first)).toBe(true)
    await ask('POST', '/policy/tests', { body: { direction: 'in', service: 'pong', expect: 'deny' } })
    expect((await ask('GET', '/policy/tests')).json()).toMatchObject({ tests: [{ pass: true }] })
  })

  it('explains an invented connection', async () => {
    const answer = await ask('POST', '/explain', {
      body: { direction: 'in', service: 'pong', peer: '10.0.0.5 user:ben' },
    })
    expect(answer.json()).toMatchObject({ verdict: 'deny', service: 'pong', version: 1 })
    const rule = (await ask('POST', '/policy/rules', { body: deny })).json<FirewallRule>()
    const again = await ask('POST', '/explain', { body: { direction: 'in', service: 'pong', peer: 'user:ben' } })
    expect(again.json()).toMatchObject({ verdict: 'deny', rule: rule.id })
  })

  it('knows no request that was not there, and no words that mean nothing', async () => {
    expect(problemIn(await ask('POST', '/explain', { body: { requestId: 'zz-1' } }))).toMatchObject({
      status: 404,
      code: 'no-request',
    })
    const answer = await ask('POST', '/explain', { body: { direction: 'in', service: 'pong', peer: '10.0.0.1/8' } })
    expect(problemIn(answer)).toMatchObject({ status: 400, problems: [{ pointer: '/peer' }] })
    for (const body of [{}, { requestId: 1 }, { direction: 'in', service: 'x', colour: 1 }]) {
      expect(problemIn(await ask('POST', '/explain', { body }))).toMatchObject({ status: 400, code: 'invalid-request' })
    }
  })
})

describe('one process, one node', () => {
  it('tells of them, and of what it can do', async () => {
    expect((await ask('GET', '/workers')).json()).toMatchObject({ workers: [{ id: 0, pid: 4242, state: 'running' }] })
    expect((await ask('GET', '/nodes')).json()).toMatchObject({ nodes: [{ self: true, version: '1.2.3', pid: 4242 }] })
    const able = (await ask('GET', '/capabilities')).json<Record<string, unknown>>()
    expect(able).toMatchObject({ codecs: ['raw', 'libipc'], roles: ['client', 'viewer', 'operator', 'admin'] })
    expect(able['policy']).toMatchObject({ actions: ['allow', 'deny', 'log'], rulesMax: 10_000 })
    expect(able['permissions']).toMatchObject({ 'GET /metrics': 'viewer' })
    expect(able['causes']).toMatchObject({ 'policy-denied': { close: 4403 } })
  })
})

const actor = { name: 'test', from: 'local', requestId: '', door: null }
const options = (comment: string) =>
  ({
    expected: null,
    comment,
    kind: 'edit',
    existing: 'keep',
    drainMs: 0,
    confirmWithinMs: null,
    override: null,
  }) as const
