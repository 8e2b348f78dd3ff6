import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { PolicyError } from '../../shared/policy/document.ts'
import type { DocumentInput, FixedRules } from '../../shared/policy/document.ts'
import { unknownRequest } from '../../shared/policy/request.ts'
import type { Manner } from '../gateway/rejudge.ts'
import { openStore } from '../store/index.ts'
import { VersionConflict } from '../store/store.ts'
import type { Store } from '../store/store.ts'
import type { Actor, CommitOptions } from './desk.ts'
import { PolicyRefusal } from './desk.ts'
import { Drafts } from './drafts.ts'
import { PolicyKeeper } from './keeper.ts'
import type { KeeperParts } from './keeper.ts'
import { ManagedFile } from './managed-file.ts'
import { readPolicyFile } from './text.ts'

/** The policy in force over time, on a real database. */

const anna: Actor = { name: 'anna', from: '10.0.0.1', requestId: 'q1', door: null }
const plain: CommitOptions = {
  expected: null,
  comment: '',
  kind: 'commit',
  existing: 'keep',
  drainMs: 0,
  confirmWithinMs: null,
  override: null,
}
const openToAll: DocumentInput = { rules: [{ id: 'all', action: 'allow', direction: 'in', service: '*' }] }
const closed: DocumentInput = { rules: [{ id: 'none', action: 'deny', direction: 'in', service: '*' }] }
const client = { ...unknownRequest('in', 'pong'), source: { address: '10.0.0.7', port: 7 } }

const homes: string[] = []
const keepers: { keeper: PolicyKeeper; store: Store }[] = []

afterEach(() => {
  for (const { keeper, store } of keepers.splice(0)) {
    keeper.close()
    store.close()
  }
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true })
})

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'sg-keeper-'))
  homes.push(home)
  return home
}

function keep(home: string, parts: Partial<KeeperParts> = {}) {
  const store = openStore(home)
  const drafts = new Drafts(store.drafts)
  const manners: Manner[] = []
  const warnings: string[] = []
  const keeper = new PolicyKeeper({
    store,
    drafts,
    fixed: { redirects: [], rules: [] },
    managed: null,
    rejudge: (manner) => void manners.push(manner),
    witnesses: { open: () => [], past: () => [] },
    facts: () => null,
    targets: { uriOf: (name) => `unix:${name}`, exists: () => true, refused: () => null },
    warn: (message) => void warnings.push(message),
    ...parts,
  })
  const running = { keeper, store, drafts, manners, warnings }
  keepers.push(running)
  return running
}

/** Ends it as a process would. */
function end(running: { keeper: PolicyKeeper; store: Store }): void {
  running.keeper.close()
  running.store.close()
  keepers.splice(0)
}

const changed = (keeper: PolicyKeeper) => new Promise<void>((resolve) => void keeper.onChange(resolve))

describe('a new data dir', () => {
  test('has ordinary rules: this machine may come in, its programs may go out, nobody else', () => {
    const { keeper } = keep(newHome())
    expect(keeper.current()).toMatchObject({ version: 1, kind: 'seed', author: 'gateway' })
    const decide = (request: object) => keeper.policy.decide({ ...unknownRequest('in', 'pong'), ...request }).allow
    expect(decide({ source: { address: '127.0.0.1', port: 1 } })).toBe(true)
    expect(decide({ source: { address: '::1', port: 1 } })).toBe(true)
    expect(decide({ peer: { pid: 1, uid: 1000, gid: 1000 } })).toBe(true)
    expect(decide({ source: { address: '10.0.0.7', port: 1 } })).toBe(false)
    expect(decide({})).toBe(false)
    expect(decide({ direction: 'out', peer: { pid: 1, uid: 1000, gid: 1000 } })).toBe(true)
    expect(decide({ direction: 'out' })).toBe(false)
    expect(keeper.current().document.rules).toHaveLength(4)
  })

  test('is seeded once', () => {
    const home = newHome()
    const first = keep(home)
    const { document } = first.keeper.current()
    end(first)
    expect(keep(home).keeper.current()).toMatchObject({ version: 1, document })
  })
})

describe('drafts', () => {
  test('are part of the state, tell of themselves, and survive a restart', () => {
    const home = newHome()
    const running = keep(home)
    const { keeper, drafts } = running
    expect(keeper.state().drafts).toEqual([])
    let told = 0
    keeper.onChange(() => told++)
    const { savedAt } = drafts.save('anna', 1, keeper.current().document)
    expect(told).toBe(1)
    expect(keeper.state().drafts).toEqual([{ user: 'anna', base: 1, savedAt }])
    end(running)
    drafts.forget('anna')
    expect(told).toBe(1)
    const again = keep(home)
    expect(again.keeper.state().drafts).toEqual([{ user: 'anna', base: 1, savedAt }])
    expect(again.drafts.of('anna')?.document).toEqual(again.keeper.current().document)
  })
})

describe('a commit', () => {
  test('is the next version, in force at once, on record, and kept', async () => {
    const home = newHome()
    const running = keep(home)
    const { keeper, manners, store } = running
    const saved = await keeper.commit(openToAll, anna, {
      ...plain,
      comment: 'let all in',
      existing: 'drain',
      drainMs: 5000,
    })
    expect(saved).toMatchObject({ version: 2, author: 'anna', comment: 'let all in', kind: 'commit' })
    expect(keeper.policy.version).toBe(2)
    expect(keeper.policy.decide(client)).toMatchObject({ allow: true, by: 'all' })
    expect(manners).toEqual([{ existing: 'drain', drainMs: 5000 }])
    expect(store.audit.list({ before: null, limit: 1, q: '' })[0]).toMatchObject({
      actor: 'anna',
      action: 'policy.commit',
      object: 'version 2',
      from: '10.0.0.1',
      requestId: 'q1',
    })
    end(running)
    expect(keep(home).keeper.policy.decide(client)).toMatchObject({ allow: true, by: 'all' })
  })

  test('on another version than the one in force is refused', async () => {
    const { keeper } = keep(newHome())
    await keeper.commit(openToAll, anna, { ...plain, expected: 1 })
    await expect(keeper.commit(closed, anna, { ...plain, expected: 1 })).rejects.toThrow(VersionConflict)
    expect(keeper.policy.decide(client).allow).toBe(true)
  })

  test('that comes while another one is being made is refused, or an edit is made on top of it', async () => {
    const { keeper } = keep(newHome())
    const [first, second] = await Promise.allSettled([
      keeper.commit(openToAll, anna, { ...plain, expected: 1 }),
      keeper.commit(closed, anna, { ...plain, expected: 1 }),
    ])
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
    const add = (id: string) =>
      keeper.edit(({ rules, ...rest }) => ({ ...rest, rules: [{ ...closed.rules![0]!, id }, ...rules] }), anna, plain)
    await Promise.all(['one', 'two', 'three'].map(add))
    expect(keeper.current().version).toBe(5)
    expect(
      keeper
        .current()
        .document.rules.map(({ id }) => id)
        .toSorted(),
    ).toEqual(['all', 'one', 'three', 'two'])
  })

  test.each<[string, unknown, string]>([
    ['no document', 7, ''],
    ['a foreign field', { rules: [], colour: 'red' }, '/colour'],
    [
      'a bad peer',
      { rules: [{ action: 'allow', direction: 'in', service: '*', peer: '10.1.2.3/8' }] },
      '/rules/0/peer',
    ],
    ['an id twice', { rules: [openToAll.rules![0], openToAll.rules![0]] }, '/rules/1/id'],
    [
      'a circle',
      {
        redirects: [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'a' },
        ],
      },
      '/redirects/',
    ],
  ])('with %s changes nothing and tells where', async (_what, input, pointer) => {
    const { keeper, manners } = keep(newHome())
    const before = keeper.current()
    let thrown: unknown
    try {
      await keeper.commit(input, anna, plain)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(PolicyError)
    expect((thrown as PolicyError).problems[0]!.pointer.startsWith(pointer)).toBe(true)
    expect([keeper.current(), manners]).toEqual([before, []])
  })

  test('whose tests fail needs a reason', async () => {
    const { keeper } = keep(newHome())
    const tested = { ...closed, tests: [{ direction: 'in', service: 'pong', peer: '10.0.0.7', expect: 'allow' }] }
    await expect(keeper.commit(tested, anna, plain)).rejects.toThrow(expect.objectContaining({ code: 'tests-failed' }))
    expect(keeper.current().version).toBe(1)
    const saved = await keeper.commit(tested, anna, { ...plain, override: 'they are wrong' })
    expect(saved.comment).toContain('they are wrong')
  })

  test('that would shut its admin out needs a confirm window', async () => {
    const { keeper } = keep(newHome())
    const door = { ...unknownRequest('in', '-/admin'), source: { address: '10.0.0.1', port: 7 } }
    const shutting = { rules: [{ action: 'deny', direction: 'in', service: '-/admin', peer: '10.0.0.0/8' }] }
    const from = { ...anna, door }
    await expect(keeper.commit(shutting, from, plain)).rejects.toThrow(expect.objectContaining({ code: 'lockout' }))
    expect(keeper.judge(door).allow).toBe(true)
    await keeper.commit(shutting, from, { ...plain, confirmWithinMs: 60_000 })
    expect(keeper.judge(door).allow).toBe(false)
    keeper.rollback(anna)
    expect(keeper.judge(door).allow).toBe(true)
  })

  test('`deny in * *` does not mean the admin side', async () => {
    const { keeper } = keep(newHome())
    const door = { ...unknownRequest('in', '-/admin'), source: { address: '10.0.0.1', port: 7 } }
    await keeper.commit(closed, { ...anna, door }, plain)
    expect(keeper.judge(door).allow).toBe(true)
  })
})

describe('a commit that waits', () => {
  const soon = { ...plain, confirmWithinMs: 60 }
  const long = { ...plain, confirmWithinMs: 60_000 }

  test('goes back by itself, with what it did to connections', async () => {
    const { keeper, manners } = keep(newHome())
    await keeper.commit(openToAll, anna, { ...soon, existing: 'close' })
    expect(keeper.state().pending).toMatchObject({ version: 2, revertTo: 1 })
    await changed(keeper)
    expect(keeper.current()).toMatchObject({ version: 3, kind: 'rollback', author: 'gateway' })
    expect(keeper.current().document).toEqual(keeper.version(1).document)
    expect(keeper.policy.decide(client).allow).toBe(false)
    expect(keeper.state().pending).toBeNull()
    expect(manners.map(({ existing }) => existing)).toEqual(['close', 'close'])
  })

  test('stays when it is confirmed, also after a restart', async () => {
    const home = newHome()
    const running = keep(home)
    await running.keeper.commit(openToAll, anna, long)
    running.keeper.confirm(anna)
    expect(running.keeper.state().pending).toBeNull()
    expect(() => running.keeper.confirm(anna)).toThrow(expect.objectContaining({ code: 'nothing-pending' }))
    end(running)
    const { keeper } = keep(home)
    keeper.start()
    expect([keeper.current().version, keeper.state().pending]).toEqual([2, null])
  })

  test('goes back after a restart: at once when its time is over, else at its time', async () => {
    const home = newHome()
    const first = keep(home)
    await first.keeper.commit(openToAll, anna, { ...plain, confirmWithinMs: 1 })
    end(first)
    const late = keep(home)
    const back = changed(late.keeper)
    late.keeper.start()
    await back
    expect(late.keeper.policy.decide(client).allow).toBe(false)

    await late.keeper.commit(openToAll, anna, { ...plain, confirmWithinMs: 300 })
    end(late)
    const early = keep(home)
    expect(early.keeper.policy.decide(client).allow).toBe(true)
    const returned = changed(early.keeper)
    early.keeper.start()
    expect(early.keeper.state().pending).not.toBeNull()
    await returned
    expect(early.keeper.policy.decide(client).allow).toBe(false)
  })

  test('leaves no room for another change until it is decided', async () => {
    const { keeper } = keep(newHome())
    await keeper.commit(openToAll, anna, long)
    await expect(keeper.commit(closed, anna, plain)).rejects.toThrow(expect.objectContaining({ code: 'pending' }))
    await expect(keeper.edit((document) => document, anna, plain)).rejects.toThrow(PolicyRefusal)
    keeper.rollback(anna)
    await keeper.commit(closed, anna, plain)
    expect(keeper.current().version).toBe(4)
  })

  test('is no longer in force when its time is over, even if that cannot be saved', async () => {
    const { keeper, store, warnings } = keep(newHome())
    await keeper.commit(openToAll, anna, soon)
    const save = store.policy.save.bind(store.policy)
    let broken = true
    store.policy.save = (...all) => {
      if (broken) throw new Error('the disk is full')
      return save(...all)
    }
    while (warnings.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(keeper.policy.decide(client).allow).toBe(false)
    broken = false
    await changed(keeper)
    expect(keeper.current()).toMatchObject({ version: 3, kind: 'rollback' })
  })
})

describe('rules that no edit reaches', async () => {
  const fixed: FixedRules = {
    redirects: [],
    rules: [
      { id: 'fixed-1', enabled: true, action: 'deny', direction: 'in', service: 'pong', peer: '10.0.0.0/8', note: '' },
    ],
  }

  test('are judged first, and told', async () => {
    const { keeper } = keep(newHome(), { fixed })
    await keeper.commit(openToAll, anna, plain)
    expect(keeper.policy.decide(client)).toMatchObject({ allow: false, by: 'fixed-1' })
    expect(keeper.state().fixed).toEqual(fixed)
    keeper.setFixed({ redirects: [], rules: [] })
    expect(keeper.policy.decide(client)).toMatchObject({ allow: true, by: 'all' })
  })
})

describe('a policy from a file', () => {
  function managed(text: string) {
    const home = newHome()
    const path = join(home, 'policy.rules')
    writeFileSync(path, text)
    return { home, path, file: new ManagedFile(path, readPolicyFile) }
  }

  test('is in force, cannot be edited, and tells of drift', async () => {
    const { home, path, file } = managed('allow in * # all\n')
    const { keeper } = keep(home, { managed: file })
    keeper.start()
    expect(keeper.current()).toMatchObject({ version: 2, kind: 'file', author: 'file' })
    expect(keeper.policy.decide(client).allow).toBe(true)
    await expect(keeper.commit(closed, anna, plain)).rejects.toThrow(expect.objectContaining({ code: 'managed' }))
    expect(keeper.state().managed).toEqual({ path, drift: null })

    writeFileSync(path, 'deny in *\n')
    expect(keeper.state().managed!.drift).toContain('SIGHUP')
    keeper.reloadFile()
    expect([keeper.policy.decide(client).allow, keeper.state().managed!.drift]).toEqual([false, null])

    writeFileSync(path, 'deny sideways *\n')
    expect(() => keeper.reloadFile()).toThrow(PolicyError)
    expect(keeper.policy.decide(client).allow).toBe(false)
  })

  test('is read again at start without a new version when nothing has changed', () => {
    const { home, path, file } = managed('allow in *\n')
    const first = keep(home, { managed: file })
    first.keeper.start()
    end(first)
    const { keeper } = keep(home, { managed: new ManagedFile(path, readPolicyFile) })
    keeper.start()
    expect(keeper.current().version).toBe(2)
  })
})

test('hits are counted per rule and kept over a restart', async () => {
  const home = newHome()
  const running = keep(home)
  await running.keeper.commit(openToAll, anna, plain)
  for (const at of [1000, 2000]) running.keeper.count(running.keeper.policy.decide(client), at)
  expect(running.keeper.hits().get('all')).toEqual({ hits: 2, lastAt: 2000 })
  end(running)
  expect(keep(home).keeper.hits().get('all')).toEqual({ hits: 2, lastAt: 2000 })
})
