import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { CloseManyResult, ConnectionList } from '../../../shared/api.ts'
import type { CloseJob } from '../../../shared/dashboard.ts'
import { ask } from '../../testing/admin-client.ts'
import { ControlRig } from '../../testing/control.ts'

let rig: ControlRig
let port: number
let token: string

beforeEach(async () => {
  rig = new ControlRig()
  port = await rig.listen()
  token = await rig.token('operator')
})

afterEach(() => rig.close())

const detailsOf = (action: string) =>
  rig.store.audit
    .list({ before: null, limit: 100, q: action })
    .toReversed()
    .map(({ detail }) => detail)

const rules = () => rig.policy.current().document.rules

describe('the list', () => {
  it.each([
    ['q=service:pong%20user:anna', ['a']],
    ['service=pong', ['a', 'b']],
    ['service=p*', ['a', 'b']],
    ['user=anna', ['a', 'c']],
    ['rule=r-2', ['b', 'c']],
    ['rule=r-2&user=anna&state=all', ['c']],
    ['user=ann', []],
  ])('filters by %s', async (query, ids) => {
    rig.registry.open('a', { service: 'pong', user: 'anna', rules: ['r-1'] })
    rig.registry.open('b', { service: 'pong', user: 'bob', rules: ['r-1', 'r-2'] })
    rig.registry.open('c', { service: 'clock', user: 'anna', rules: ['r-2'] })
    const { json } = await ask<ConnectionList>(port, `GET /connections?${query}`, { token })
    expect(json.connections.map(({ id }) => id).toSorted()).toEqual(ids)
  })

  it.each([
    ['q=sevice:pong', 'query.q: a filter knows no sevice: but id:'],
    ['q=age>soon', 'query.q: age: "soon" is not a duration'],
    ['service=[x', 'query.service: [ has no meaning in a pattern'],
    ['ids=a', 'no such field'],
  ])('does not understand %s', async (query, sentence) => {
    const answer = await ask(port, `GET /connections?${query}`, { token })
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } })
    expect(answer.json.detail).toContain(sentence)
  })
})

describe('closing one', () => {
  it('closes it with code and reason, on record', async () => {
    rig.registry.open('a', { peer: '10.1.2.3:4000' })
    const body = { code: 4000, reason: 'enough' }
    expect((await ask(port, 'DELETE /connections/a', { token, body })).status).toBe(204)
    expect(rig.registry.closings).toEqual([{ id: 'a', code: 4000, reason: 'enough' }])
    expect(rig.audit()).toContain('connection.close connection a ok by operator')
    expect(detailsOf('connection.close')).toEqual(['pong, 10.1.2.3:4000, code 4000, reason: enough'])
    expect((await ask(port, 'DELETE /connections/a', { token })).json.code).toBe('not-open')
    expect((await ask(port, 'DELETE /connections/x', { token })).json.code).toBe('no-connection')
    expect(rig.registry.closings).toHaveLength(1)
  })

  it.each([
    ['a user', { user: 'anna' }, 'user:anna'],
    ['an address', { peer: '10.1.2.3:4000' }, '10.1.2.3'],
    ['an IPv6 address', { peer: '[2001:db8::7]:4000' }, '2001:db8::7'],
    ['a link-local address', { peer: '[fe80::7%eth0]:4000' }, 'fe80::7'],
    ['a local user', { peer: 'uid 1000, pid 42' }, 'uid:1000'],
  ])('keeps %s out for a while by a rule at the top', async (_, facts, peer) => {
    rig.registry.open('a', facts)
    const before = rules()
    const from = Date.now()
    const answer = await ask(port, 'DELETE /connections/a', { token, body: { blockFor: '10m', reason: 'too\nloud' } })
    expect(answer.status).toBe(204)
    const [rule, ...rest] = rules()
    expect(rest).toEqual(before)
    expect(rule).toMatchObject({ action: 'deny', direction: 'in', service: '*', peer, enabled: true })
    expect(rule!.note).toBe('a was closed by operator, blocked for 10 min: too loud')
    expect(Math.abs(Date.parse(rule!.until!) - from - 600_000)).toBeLessThan(10_000)
    expect(answer.headers.get('location')).toBe(`/api/v1/policy/rules/${rule!.id}`)
    expect(rig.policy.current()).toMatchObject({
      author: 'operator',
      comment: `block ${peer} for 10 min`,
      kind: 'edit',
    })
    expect(detailsOf('connection.close')[0]).toContain(`blocked for 10 min by rule ${rule!.id}`)
    expect(rig.registry.closings).toHaveLength(1)
  })

  it('keeps a client out until the rule is removed', async () => {
    rig.registry.open('a', { user: 'anna' })
    expect((await ask(port, 'DELETE /connections/a', { token, body: { blockFor: 'forever' } })).status).toBe(204)
    const [rule] = rules()
    expect(rule).toMatchObject({
      peer: 'user:anna',
      note: 'a was closed by operator, blocked until the rule is removed',
    })
    expect(rule).not.toHaveProperty('until')
    expect(detailsOf('connection.close')[0]).toContain(`blocked until the rule is removed by rule ${rule!.id}`)
  })

  it.each([
    [{ blockFor: 'soon' }, 400, 'body.blockFor: "soon" is not a duration'],
    [{ blockFor: '1ms' }, 400, 'body.blockFor: must be from 1s to 720h'],
    [{ blockFor: '721h' }, 400, 'body.blockFor: must be from 1s to 720h'],
    [{ code: 1005 }, 400, 'body.code: must be a close code that may be sent'],
    [{ reason: 'ü'.repeat(62) }, 400, 'at most 123 bytes'],
  ])('closes nothing for %j', async (body, status, sentence) => {
    rig.registry.open('a')
    const answer = await ask(port, 'DELETE /connections/a', { token, body })
    expect(answer.status).toBe(status)
    expect(answer.json.detail).toContain(sentence)
    expect(rig.registry.closings).toEqual([])
    expect(rig.policy.current().version).toBe(1)
  })

  it('closes nothing when the client can not be kept out', async () => {
    rig.registry.open('a', { peer: 'local' })
    const answer = await ask(port, 'DELETE /connections/a', { token, body: { blockFor: '10m' } })
    expect(answer).toMatchObject({ status: 409, json: { code: 'not-blockable' } })
    expect(rig.registry.closings).toEqual([])
  })

  it('is not for viewers', async () => {
    rig.registry.open('a')
    expect((await ask(port, 'DELETE /connections/a', { token: await rig.token('viewer') })).status).toBe(403)
  })
})

describe('closing many', () => {
  const close = (body: unknown) => ask<CloseManyResult>(port, 'POST /connections/close', { token, body })

  beforeEach(() => {
    for (let at = 0; at < 6; at++) {
      rig.registry.open(`c${at}`, {
        service: at % 3 === 0 ? 'clock' : 'pong',
        openedAt: 1000 - at,
        user: at < 2 ? 'anna' : null,
      })
    }
    rig.registry.open('gone')
    rig.registry.end('gone')
  })

  /** Resolves once so many are closed. */
  async function closed(count: number): Promise<string[]> {
    while (rig.registry.closings.length < count) {
      await new Promise<void>((resolve) => {
        const stop = rig.registry.subscribe(() => {
          stop()
          resolve()
        })
      })
    }
    return rig.registry.closings.map(({ id }) => id)
  }

  it('says first what would be closed', async () => {
    const answer = await close({ filter: { state: 'open' }, pace: { perSecond: 2 }, dryRun: true })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      count: 6,
      perService: { clock: 2, pong: 4 },
      perSecond: 2,
      takesMs: 2500,
      dryRun: true,
      job: null,
    })
    expect(rig.registry.closings).toEqual([])
    expect(detailsOf('connection.close-many')).toEqual([])
  })

  it('closes a few at a time, the oldest first, on record', async () => {
    const answer = await close({ filter: { q: 'service:pong' }, code: 1012, reason: 'moving', pace: { perSecond: 20 } })
    expect(answer.status).toBe(202)
    expect(rig.registry.closings.length).toBeLessThan(4)
    expect(await closed(4)).toEqual(['c5', 'c4', 'c2', 'c1'])
    expect(rig.registry.closings[0]).toEqual({ id: 'c5', code: 1012, reason: 'moving' })
    expect(detailsOf('connection.close-many')).toEqual([
      '4 connections over 150 ms, code 1012, reason: moving',
      '4 connections closed',
    ])
    expect(rig.audit()).toContain('connection.close-many {"q":"service:pong"} ok by operator')
  })

  it.each([
    [{ service: 'clock' }, ['c3', 'c0']],
    [{ user: 'anna' }, ['c1', 'c0']],
    [{ ids: ['c2', 'c4', 'gone', 'x'] }, ['c4', 'c2']],
    [{ ids: [] }, []],
    [{ service: 'pong', user: 'anna', state: 'open' }, ['c1']],
    [{ rule: 'none' }, []],
  ])('closes those that %j means', async (filter, ids) => {
    const answer = await close({ filter, pace: { perSecond: 10_000 } })
    expect(answer.json.count).toBe(ids.length)
    expect(await closed(ids.length)).toEqual(ids)
    if (ids.length === 1) {
      expect(detailsOf('connection.close-many')).toEqual(['1 connection at once', '1 connection closed'])
    }
  })

  it('spreads them over a time', async () => {
    const answer = await close({ filter: { state: 'open' }, over: '1m', dryRun: true })
    expect(answer.json).toMatchObject({ perSecond: 0.1, takesMs: 50_000 })
  })

  it('ends with the gateway, and says what is left', async () => {
    expect((await close({ filter: { state: 'open' }, over: '1h' })).status).toBe(202)
    rig.closings.close()
    expect(rig.registry.closings).toHaveLength(1)
    expect(detailsOf('close-many.done')).toEqual(['1 connection closed; 5 were left open as the gateway stopped'])
  })

  it('is listed while it is under way, on every listener, and can be stopped, on record', async () => {
    const { json } = await close({ filter: { state: 'open' }, over: '1h' })
    expect(json.job).toMatch(/^close-[0-9a-f]{8}$/)
    const other = await rig.listen()
    const closes = () => ask<{ closes: CloseJob[] }>(other, 'GET /connections/closes', { token })
    const [job] = (await closes()).json.closes
    expect(job).toMatchObject({ id: json.job, by: 'operator', total: 6, done: 1 })
    expect(job!.endsAt - job!.startedAt).toBe(json.takesMs)
    const path = `/connections/closes/${json.job}`
    expect((await ask(other, `DELETE ${path}`, { token: await rig.token('viewer') })).status).toBe(403)
    expect((await ask(other, `DELETE ${path}`, { token: await rig.token('admin') })).status).toBe(204)
    expect((await closes()).json).toEqual({ closes: [] })
    expect(rig.registry.closings).toHaveLength(1)
    expect(detailsOf('close-many.done')).toEqual(['1 connection closed; 5 were left open as admin stopped it'])
    expect(detailsOf('close-many.stop')).toEqual(['after 1 of 6, begun by operator'])
    expect(rig.audit()).toContain(`connection.close-many.stop closing ${json.job} ok by admin`)
    expect(await ask(other, `DELETE ${path}`, { token })).toMatchObject({ status: 404, json: { code: 'no-closing' } })
  })

  it('is no job when all are closed at once', async () => {
    const answer = await close({ filter: { ids: ['c1'] } })
    expect([answer.status, answer.json.job]).toEqual([202, null])
    expect((await close({ filter: { ids: ['c1'] } })).json).toMatchObject({ count: 0, job: null })
  })

  it('keeps their clients out as well, each by one rule at the top', async () => {
    const before = rules()
    for (const peer of ['10.0.0.1:1', '10.0.0.1:2', '10.0.0.2:1']) rig.registry.open(peer, { service: 'x', peer })
    const body = { filter: { service: 'x' }, blockFor: '1h', reason: 'too loud' }
    expect((await close({ ...body, dryRun: true })).json.count).toBe(3)
    expect(rules()).toEqual(before)
    expect((await close(body)).status).toBe(202)
    const [first, second, ...rest] = rules()
    expect(rest).toEqual(before)
    expect([first!.peer, second!.peer]).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(first).toMatchObject({ action: 'deny', direction: 'in', service: '*', until: second!.until })
    expect(first!.note).toBe('closed with 3 connections by operator, blocked for 1 h')
    expect(rig.policy.current()).toMatchObject({ version: 2, comment: 'block 2 clients for 1 h' })
    expect(detailsOf('close-many')[0]).toBe('3 connections over 20 ms, reason: too loud, 2 clients blocked for 1 h')
  })

  it('keeps out at most 50 clients, and none that it can not tell apart', async () => {
    for (let at = 0; at < 51; at++) rig.registry.open(`x${at}`, { service: 'x', user: `u${at}` })
    const many = await close({ filter: { service: 'x' }, blockFor: '1h', dryRun: true })
    expect(many).toMatchObject({ status: 422, json: { code: 'too-many-blocks' } })
    rig.registry.open('y', { service: 'y', peer: 'local' })
    const unknown = await close({ filter: { service: 'y' }, blockFor: '1h' })
    expect(unknown).toMatchObject({ status: 409, json: { code: 'not-blockable' } })
    expect(rig.registry.closings).toEqual([])
    rig.registry.end('x0')
    expect((await close({ filter: { service: 'x' }, blockFor: 'forever' })).status).toBe(202)
    expect(
      rules()
        .slice(0, 50)
        .every(({ until }) => until === undefined),
    ).toBe(true)
  })

  it('runs only so many at a time', async () => {
    for (let at = 0; at < 10; at++) rig.registry.open(`more${at}`)
    for (let at = 0; at < 8; at++) expect((await close({ filter: { state: 'open' }, over: '1h' })).status).toBe(202)
    expect(await close({ filter: { state: 'open' }, over: '1h' })).toMatchObject({
      status: 429,
      json: { code: 'too-many-jobs' },
    })
  })

  it.each([
    [{}, 'body.filter'],
    [{ filter: {} }, 'must say which connections are meant'],
    [{ filter: { state: 'closed' } }, 'must be open or paused'],
    [{ filter: { q: 'sevice:x' } }, 'body.filter.q: a filter knows no sevice:'],
    [{ filter: { name: 'x' } }, 'no such field'],
    [{ filter: { state: 'open' }, pace: { perSecond: 0 } }, 'must be at least 0.1'],
    [{ filter: { state: 'open' }, pace: { perSecond: 1 }, over: '5m' }, 'say one of them'],
    [{ filter: { state: 'open' }, over: '2h' }, 'body.over: must be from 1s to 1h'],
    [{ filter: { state: 'open' }, code: 999 }, 'body.code'],
  ])('closes nothing for %j', async (body, sentence) => {
    const answer = await ask(port, 'POST /connections/close', { token, body })
    expect(answer.status).toBe(400)
    expect(answer.json.detail).toContain(sentence)
    expect(rig.registry.closings).toEqual([])
  })
})
