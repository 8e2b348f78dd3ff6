import { expect, it, onTestFinished, vi } from 'vitest'

import { openStore } from '../store/sqlite.ts'
import { dataDir } from '../testing/store.ts'
import { Definitions } from './definitions.ts'
import type { DefinitionParts } from './definitions.ts'
import { ServiceRefusal } from './desk.ts'

const anna = { name: 'anna', from: '127.0.0.1', requestId: 'r1' }

function start(changes: Partial<DefinitionParts> = {}) {
  const dir = dataDir()
  const store = openStore(dir)
  onTestFinished(() => store.close())
  const changed = vi.fn<DefinitionParts['changed']>()
  const parts: DefinitionParts = {
    store,
    codecs: ['raw', 'libipc'],
    fixed: (name) => name === 'fixed',
    refused: (uri) => (uri === 'unix:/data/admin.sock' ? `${uri} is the gateway itself` : null),
    changed,
    ...changes,
  }
  return { dir, store, parts, changed, desk: new Definitions(parts) }
}

const log = (store: DefinitionParts['store']) =>
  store.audit
    .list({ before: null, limit: 9, q: '' })
    .map(({ actor, action, object, detail }) => ({ actor, action, object, detail }))

it('defines, replaces and removes, on record and across a restart', () => {
  const { dir, store, parts, changed, desk } = start()
  expect(
    desk.define('audio/pulse', { target: 'unix:///pulse', codec: 'libipc', text: true, maxMessage: '64KiB' }, anna),
  ).toBe(true)
  expect(desk.entry('audio/pulse')).toEqual({ target: 'unix:pulse', codec: 'libipc', text: true, maxMessage: 65_536 })
  expect(desk.define('audio/pulse', { target: 'unix:/run/p.sock', maxConnections: 3, halfClose: false }, anna)).toBe(
    false,
  )
  expect(changed.mock.lastCall?.[0].get('audio/pulse')).toEqual({
    target: 'unix:/run/p.sock',
    maxConnections: 3,
    halfClose: false,
  })
  store.close()
  const later = openStore(dir)
  onTestFinished(() => later.close())
  const again = new Definitions({ ...parts, store: later })
  expect([...again.entries.keys()]).toEqual(['audio/pulse'])
  again.remove('audio/pulse', anna)
  expect(again.entry('audio/pulse')).toBeNull()
  expect(later.services.list().size).toBe(0)
  expect(log(later)).toEqual([
    {
      actor: 'anna',
      action: 'service.remove',
      object: 'service audio/pulse',
      detail: 'unix:/run/p.sock,halfClose=false,maxConnections=3',
    },
    {
      actor: 'anna',
      action: 'service.define',
      object: 'service audio/pulse',
      detail: 'unix:/run/p.sock,halfClose=false,maxConnections=3',
    },
    {
      actor: 'anna',
      action: 'service.define',
      object: 'service audio/pulse',
      detail: 'unix:pulse,codec=libipc,text=true,maxMessageBytes=65536',
    },
  ])
})

it.each([
  ['../x', { target: 'unix:x' }, 'invalid', "can't be a service"],
  ['a', { target: 'tcp://x:1' }, 'invalid', 'targets with "tcp:" are not supported'],
  ['a', { target: 'unix:/data/../data/admin.sock' }, 'invalid', 'is the gateway itself'],
  ['a', { target: 'unix:a', codec: 'libipx' }, 'invalid', 'known are raw, libipc'],
  ['a', { target: 'unix:a', maxMessage: 'huge' }, 'invalid', 'is not a size'],
  ['a', { target: 'unix:a', maxMessage: 0 }, 'invalid', 'from 1 byte to 1GiB'],
  ['fixed', { target: 'unix:a' }, 'fixed', 'change it there'],
] as const)('%s as %j is refused: %s', (name, body, code, sentence) => {
  const { store, desk, changed } = start()
  const define = () => desk.define(name, body, anna)
  expect(define).toThrow(expect.objectContaining({ name: 'ServiceRefusal', code }))
  expect(define).toThrow(sentence)
  expect(changed).not.toHaveBeenCalled()
  expect(log(store)).toEqual([])
})

it('removes only what it has defined', () => {
  const { desk } = start()
  expect(() => desk.remove('pong', anna)).toThrow(ServiceRefusal)
  expect(() => desk.remove('fixed', anna)).toThrow('change it there')
})

it('changes nothing when it can not be saved', () => {
  const { store, parts } = start()
  const desk = new Definitions({
    ...parts,
    store: {
      ...store,
      services: store.services,
      audit: {
        ...store.audit,
        append: () => {
          throw new Error('disk full')
        },
      } as never,
    },
  })
  expect(() => desk.define('a', { target: 'unix:a' }, anna)).toThrow('disk full')
  expect(desk.entry('a')).toBeNull()
  expect(store.services.list().size).toBe(0)
})
