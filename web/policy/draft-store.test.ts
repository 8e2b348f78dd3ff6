import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { PolicyDocument } from '../../shared/policy/document.ts'
import { FakeApi, problem } from '../testing/fake-api.ts'
import { policyState } from '../testing/policy-state.ts'
import { DraftStore } from './draft-store.ts'

const rule = (id: string, service: string) =>
  ({ id, enabled: true, action: 'allow', direction: 'in', service, peer: '*', note: '' }) as const

const one: PolicyDocument = {
  defaults: { in: 'deny', out: 'deny' },
  redirects: [],
  rules: [rule('a', 'pong'), rule('b', 'clock')],
  tests: [],
}
const emptied = (document: PolicyDocument): PolicyDocument => ({ ...document, rules: [] })
const without =
  (id: string) =>
  (document: PolicyDocument): PolicyDocument => ({
    ...document,
    rules: document.rules.filter((each) => each.id !== id),
  })

const preview = { problems: [], changes: [], findings: [], tests: [], open: { effects: [], unchanged: 1 } }

let api: FakeApi
let store: DraftStore
let current: { version: number; document: PolicyDocument }

beforeEach(() => {
  vi.useFakeTimers()
  current = { version: 12, document: one }
  api = new FakeApi({
    'GET /policy': () => Response.json(current.document, { headers: { etag: `"${current.version}"` } }),
    'GET /policy/draft': () => Response.json({ draft: null }),
    'PUT /policy/draft': () => Response.json({ draft: null }),
    'DELETE /policy/draft': () => new Response(null, { status: 204 }),
    'POST /policy/preview': () => Response.json(preview),
    'POST /policy/commit': (body) => {
      current = { version: current.version + 1, document: (body as { document: PolicyDocument }).document }
      return Response.json(policyState({ current: { ...policyState().current, version: current.version } }))
    },
  })
  store = new DraftStore()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const ids = () => store.getState().document.rules.map(({ id }) => id)
const settle = () => vi.advanceTimersByTimeAsync(2000)
const state = (version: number) => policyState({ current: { ...policyState().current, version } })

describe('DraftStore', () => {
  it('begins with what is in force, and no draft', async () => {
    await store.load()
    expect(store.getState()).toMatchObject({ status: 'ready', base: current, document: one, changes: [], undo: null })
    await settle()
    expect(api.bodies('PUT /policy/draft')).toEqual([])
    expect(api.bodies('POST /policy/preview')).toEqual([])
  })

  it('says why it could not be asked, and tries again', async () => {
    api.answer({ 'GET /policy': () => problem(503, 'draining', 'the gateway is restarting') })
    await store.load()
    expect(store.getState()).toMatchObject({ status: 'failed', error: { message: 'the gateway is restarting' } })
    api.answer({ 'GET /policy': () => Response.json(one, { headers: { etag: '"12"' } }) })
    await store.load()
    expect(store.getState()).toMatchObject({ status: 'ready', error: null })
  })

  it('undoes and does again, step by step; a new step forgets what was undone', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    store.edit('Delete b', without('b'))
    expect(ids()).toEqual([])
    expect(store.undo()).toBe('Delete b')
    expect(ids()).toEqual(['b'])
    expect(store.getState()).toMatchObject({ undo: 'Delete a', redo: 'Delete b' })
    expect(store.redo()).toBe('Delete b')
    store.undo()
    store.undo()
    expect(ids()).toEqual(['a', 'b'])
    expect(store.undo()).toBeNull()
    store.edit('Delete b', without('b'))
    expect(store.redo()).toBeNull()
    expect(ids()).toEqual(['a'])
  })

  it('takes an edit that changes nothing for none', async () => {
    await store.load()
    store.edit('Nothing', (document) => document)
    expect(store.getState().undo).toBeNull()
  })

  it('keeps the draft on the gateway when it is quiet, and drops it when it is back to what is in force', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    store.edit('Delete b', without('b'))
    expect(store.getState().saved).toBe('saving')
    await settle()
    expect(api.bodies('PUT /policy/draft')).toEqual([{ base: 12, document: emptied(one) }])
    expect(store.getState().saved).toBe('saved')
    store.discard('Discard')
    await settle()
    expect(api.asked.at(-1)?.request).toBe('DELETE /policy/draft')
    expect(store.undo()).toBe('Discard')
    expect(ids()).toEqual([])
  })

  it('loses nothing while the gateway is away: it is kept as soon as it is back', async () => {
    await store.load()
    api.answer({ 'PUT /policy/draft': () => Promise.reject(new TypeError('gone')) })
    store.edit('Delete a', without('a'))
    await settle()
    expect(store.getState().saved).toBe('failed')
    expect(ids()).toEqual(['b'])
    api.answer({ 'PUT /policy/draft': () => Response.json({ draft: null }) })
    await vi.advanceTimersByTimeAsync(6000)
    expect(store.getState().saved).toBe('saved')
    expect(api.bodies('PUT /policy/draft').at(-1)).toEqual({ base: 12, document: without('a')(one) })
  })

  it('asks what a draft would do once it is quiet, and takes no answer about another', async () => {
    await store.load()
    const answers: ((response: Response) => void)[] = []
    api.answer({ 'POST /policy/preview': () => new Promise((resolve) => answers.push(resolve)) })
    store.edit('Delete a', without('a'))
    await settle()
    store.edit('Delete b', without('b'))
    await settle()
    expect(answers).toHaveLength(2)
    answers[1]!(Response.json({ ...preview, lockout: 'second' }))
    await settle()
    answers[0]!(Response.json({ ...preview, lockout: 'first' }))
    await settle()
    expect(store.getState()).toMatchObject({ preview: { lockout: 'second' }, previewing: false })
  })

  it('goes on with the draft of another computer', async () => {
    const draft = { base: 12, document: without('a')(one), savedAt: 1 }
    api.answer({ 'GET /policy/draft': () => Response.json({ draft }) })
    await store.load()
    expect(ids()).toEqual(['b'])
    expect(store.getState().changes).toHaveLength(1)
  })

  it('shows what came into force since a draft was begun, and overwrites neither', async () => {
    const draft = { base: 11, document: without('a')(one), savedAt: 1 }
    api.answer({
      'GET /policy/draft': () => Response.json({ draft }),
      'GET /policy/versions/11': () => Response.json({ version: 11, document: one }),
    })
    current = { version: 12, document: without('b')(one) }
    await store.load()
    expect(ids()).toEqual(['b'])
    expect(store.getState()).toMatchObject({ base: { version: 11 }, theirs: current })
  })

  it('follows what is in force as long as there is no draft', async () => {
    await store.load()
    current = { version: 13, document: without('b')(one) }
    store.followPolicy(state(13))
    await settle()
    expect(ids()).toEqual(['a'])
    expect(store.getState()).toMatchObject({ base: { version: 13 }, theirs: null, changes: [] })
  })

  it('with a draft says what came into force, until it is settled', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    current = { version: 13, document: without('b')(one) }
    store.followPolicy(state(13))
    await settle()
    expect(store.getState()).toMatchObject({ base: { version: 12 }, theirs: { version: 13 } })
    expect(ids()).toEqual(['b'])
    store.settle('Join', emptied(one))
    expect(store.getState()).toMatchObject({ base: { version: 13 }, theirs: null, undo: 'Join' })
    expect(store.getState().changes.map(({ change, id }) => `${change} ${id}`)).toEqual(['removed a'])
    await settle()
    expect(api.bodies('PUT /policy/draft').at(-1)).toEqual({ base: 13, document: emptied(one) })
  })

  it('has no draft any more when the same was committed from another tab', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    current = { version: 13, document: without('a')(one) }
    store.followPolicy(state(13))
    await settle()
    expect(store.getState()).toMatchObject({ base: { version: 13 }, theirs: null, changes: [] })
  })

  it('drops mine for theirs when that is what somebody wants', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    current = { version: 13, document: without('b')(one) }
    store.followPolicy(state(13))
    await settle()
    store.discard('Discard')
    expect(ids()).toEqual(['a'])
    expect(store.getState()).toMatchObject({ base: { version: 13 }, theirs: null, changes: [] })
  })

  it('commits on the version that it was made on, and then there is no draft', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    const committed = store.commit({ existing: 'keep', comment: 'less' })
    await settle()
    expect((await committed).current.version).toBe(13)
    expect(api.bodies('POST /policy/commit')).toEqual([
      { document: without('a')(one), existing: 'keep', comment: 'less' },
    ])
    expect(store.getState()).toMatchObject({ base: { version: 13 }, changes: [], undo: null })
    expect(api.asked.at(-1)?.request).toBe('DELETE /policy/draft')
  })

  it('keeps the draft when a commit is refused', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    api.answer({ 'POST /policy/commit': () => problem(412, 'conflict', 'the policy is at version 13 by now') })
    await expect(store.commit({})).rejects.toMatchObject({ problem: { status: 412 } })
    expect(ids()).toEqual(['b'])
    expect(store.getState().undo).toBe('Delete a')
  })
})
