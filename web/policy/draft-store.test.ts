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

  it('keeps what was changed while a commit took effect: it is the next draft', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    const committed = store.commit({})
    store.edit('Delete b', without('b'))
    await settle()
    await committed
    expect(ids()).toEqual([])
    expect(store.getState()).toMatchObject({ base: { version: 13 }, theirs: null })
    expect(store.getState().changes.map(({ change, id }) => `${change} ${id}`)).toEqual(['removed b'])
    await settle()
    expect(api.bodies('PUT /policy/draft').at(-1)).toEqual({ base: 13, document: emptied(one) })
  })

  it.each([
    [409, 'pending'],
    [422, 'policy-invalid'],
  ])('keeps the draft when a commit is refused with %i', async (status, code) => {
    await store.load()
    store.edit('Delete a', without('a'))
    api.answer({ 'POST /policy/commit': () => problem(status, code) })
    await expect(store.commit({})).rejects.toMatchObject({ problem: { status, code } })
    expect(ids()).toEqual(['b'])
    expect(store.getState()).toMatchObject({ undo: 'Delete a', theirs: null })
  })

  it('knows what the other one committed as soon as a commit is refused for it', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    current = { version: 13, document: without('b')(one) }
    api.answer({ 'POST /policy/commit': () => problem(412, 'conflict', 'the policy is at version 13 by now') })
    await expect(store.commit({})).rejects.toMatchObject({ problem: { status: 412 } })
    expect(ids()).toEqual(['b'])
    expect(store.getState()).toMatchObject({ undo: 'Delete a', theirs: { version: 13 } })
  })

  it('brings the conflict back when what settled it is undone: nothing of theirs is lost by that', async () => {
    await begun()
    store.settle('Join', emptied(one))
    store.undo()
    expect(store.getState()).toMatchObject({ base: { version: 12 }, theirs: { version: 13 }, redo: 'Join' })
    expect(ids()).toEqual(['b'])
    store.redo()
    expect(store.getState()).toMatchObject({ base: { version: 13 }, theirs: null })
    store.undo()
    store.discard('Discard')
    expect(ids()).toEqual(['a'])
    store.undo()
    expect(store.getState()).toMatchObject({ base: { version: 12 }, theirs: { version: 13 } })
    expect(ids()).toEqual(['b'])
  })

  it('goes on without a question when somebody’s commit was rolled back', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    await settle()
    current = { version: 14, document: { ...one } }
    store.followPolicy(state(14))
    await settle()
    expect(store.getState()).toMatchObject({ base: { version: 14 }, theirs: null })
    expect(ids()).toEqual(['b'])
    expect(api.bodies('PUT /policy/draft').at(-1)).toEqual({ base: 14, document: without('a')(one) })
  })

  it('can still undo a discard after others have committed', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    store.discard('Discard')
    current = { version: 13, document: without('b')(one) }
    store.followPolicy(state(13))
    await settle()
    expect(ids()).toEqual(['a'])
    store.undo()
    expect(ids()).toEqual(['b'])
    expect(store.getState()).toMatchObject({ base: { version: 12 }, theirs: { version: 13 } })
  })

  it('finds no draft in one that was committed before it could be dropped', async () => {
    const draft = { base: 11, document: without('a')(one), savedAt: 1 }
    api.answer({
      'GET /policy/draft': () => Response.json({ draft }),
      'GET /policy/versions/11': () => Response.json({ version: 11, document: one }),
    })
    current = { version: 12, document: without('a')(one) }
    await store.load()
    expect(store.getState()).toMatchObject({ base: { version: 12 }, theirs: null, changes: [] })
  })

  it('is not stopped by a draft that no page has made', async () => {
    const draft = { base: 12, document: { ...one, rules: [null] }, savedAt: 1 }
    api.answer({ 'GET /policy/draft': () => Response.json({ draft }) })
    await store.load()
    expect(store.getState()).toMatchObject({ status: 'ready', changes: [], document: one })
  })

  it('shows a draft against what is in force when its own version is too old to be kept', async () => {
    const draft = { base: 3, document: without('a')(one), savedAt: 1 }
    api.answer({
      'GET /policy/draft': () => Response.json({ draft }),
      'GET /policy/versions/3': () => problem(404, 'no-version'),
    })
    await store.load()
    expect(store.getState()).toMatchObject({ status: 'ready', base: { version: 12 }, theirs: null })
    expect(store.getState().changes).toHaveLength(1)
  })

  it('asks for what is in force once, however often the feed tells of it', async () => {
    await store.load()
    current = { version: 13, document: without('b')(one) }
    for (let i = 0; i < 5; i++) store.followPolicy(state(13))
    await settle()
    expect(api.bodies('GET /policy')).toHaveLength(2)
  })

  it('does not try again what the gateway refuses to keep, and says why', async () => {
    await store.load()
    api.answer({ 'PUT /policy/draft': () => problem(413, 'too-large', 'the document is too large') })
    store.edit('Delete a', without('a'))
    await settle()
    expect(store.getState()).toMatchObject({ saved: 'failed', saveError: { message: 'the document is too large' } })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(api.bodies('PUT /policy/draft')).toHaveLength(1)
  })

  it('asks again what a draft would do when the gateway is back', async () => {
    await store.load()
    api.answer({ 'POST /policy/preview': () => Promise.reject(new TypeError('gone')) })
    store.edit('Delete a', without('a'))
    await settle()
    expect(store.getState()).toMatchObject({ preview: null, previewing: false, previewError: { message: 'gone' } })
    api.answer({ 'POST /policy/preview': () => Response.json(preview) })
    await vi.advanceTimersByTimeAsync(6000)
    expect(store.getState()).toMatchObject({ preview: { open: { unchanged: 1 } }, previewError: null })
  })

  it('keeps at once when the page goes', async () => {
    await store.load()
    store.flush()
    store.edit('Delete a', without('a'))
    store.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(api.bodies('PUT /policy/draft')).toHaveLength(1)
    await settle()
    expect(api.bodies('PUT /policy/draft')).toHaveLength(1)
  })

  it('keeps nothing more once it is stopped: somebody else may sign in', async () => {
    await store.load()
    store.edit('Delete a', without('a'))
    store.stop()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(api.bodies('PUT /policy/draft')).toEqual([])
    expect(api.bodies('POST /policy/preview')).toEqual([])
  })

  it('says what the history could say of it', async () => {
    await store.load()
    store.edit('Restore version 3', without('a'), 'Version 3 restored')
    expect(store.getState().comment).toBe('Version 3 restored')
    store.undo()
    expect(store.getState().comment).toBe('')
  })
})

/** A draft without `a`, made on version 12; meanwhile somebody has committed version 13, without `b`. */
async function begun(): Promise<void> {
  await store.load()
  store.edit('Delete a', without('a'))
  current = { version: 13, document: without('b')(one) }
  store.followPolicy(state(13))
  await settle()
}

describe('DraftStore with two tabs of one account', () => {
  const kept = (savedAt: number, document: PolicyDocument) => ({ base: 12, document, savedAt })
  const told = (savedAt: number) => policyState({ drafts: savedAt === 0 ? [] : [{ user: 'anna', base: 12, savedAt }] })

  beforeEach(async () => {
    let at = 100
    api.answer({
      'PUT /policy/draft': (body) => Response.json({ draft: { ...(body as object), savedAt: ++at } }),
    })
    store = new DraftStore('anna')
    await store.load()
  })

  it('takes over what the other one has kept, as a step that can be undone', async () => {
    store.edit('Delete a', without('a'))
    await settle()
    store.followPolicy(told(101))
    await settle()
    expect(ids()).toEqual(['b'])
    api.answer({ 'GET /policy/draft': () => Response.json({ draft: kept(105, emptied(one)) }) })
    store.followPolicy(told(105))
    await settle()
    expect(ids()).toEqual([])
    expect(store.getState().undo).toBe('What you did in another tab')
    store.followPolicy(told(105))
    await settle()
    expect(api.bodies('GET /policy/draft')).toHaveLength(2)
    store.undo()
    expect(ids()).toEqual(['b'])
  })

  it('goes on with what is not kept yet here', async () => {
    api.answer({ 'GET /policy/draft': () => Response.json({ draft: kept(105, emptied(one)) }) })
    store.edit('Delete a', without('a'))
    store.followPolicy(told(105))
    await settle()
    expect(ids()).toEqual(['b'])
  })

  it('drops the draft when the other one did, and can undo that', async () => {
    store.edit('Delete a', without('a'))
    await settle()
    store.followPolicy(told(101))
    store.followPolicy(told(0))
    await settle()
    expect(store.getState().changes).toEqual([])
    expect(ids()).toEqual(['a', 'b'])
    store.undo()
    expect(ids()).toEqual(['b'])
  })

  it('does not take a feed that is late for news', async () => {
    store.edit('Delete a', without('a'))
    await settle()
    store.followPolicy(told(0))
    store.edit('Delete b', without('b'))
    await settle()
    store.followPolicy(told(101))
    await settle()
    expect(ids()).toEqual([])
    expect(api.bodies('GET /policy/draft')).toHaveLength(1)
  })

  it('does not take over what comes while somebody goes on here', async () => {
    let answer: (response: Response) => void = () => undefined
    api.answer({ 'GET /policy/draft': () => new Promise((resolve) => (answer = resolve)) })
    store.followPolicy(told(105))
    await vi.advanceTimersByTimeAsync(0)
    store.edit('Delete b', without('b'))
    answer(Response.json({ draft: kept(105, emptied(one)) }))
    await settle()
    expect(ids()).toEqual(['a'])
  })

  it('asks once for a draft that it can’t show', async () => {
    api.answer({ 'GET /policy/draft': () => Response.json({ draft: kept(105, { ...one, rules: [null as never] }) }) })
    for (let i = 0; i < 3; i++) {
      store.followPolicy(told(105))
      await settle()
    }
    expect(api.bodies('GET /policy/draft')).toHaveLength(2)
    expect(ids()).toEqual(['a', 'b'])
  })

  it('sees a draft go that has the same entry twice', async () => {
    const twice = { ...one, rules: [rule('a', 'other'), ...one.rules] }
    api.answer({ 'GET /policy/draft': () => Response.json({ draft: kept(105, twice) }) })
    store.followPolicy(told(105))
    await settle()
    store.followPolicy(told(105))
    api.answer({ 'GET /policy/draft': () => Response.json({ draft: null }) })
    store.followPolicy(told(0))
    await settle()
    expect(ids()).toEqual(['a', 'b'])
  })
})
