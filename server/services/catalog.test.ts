import { once } from 'node:events'
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { descriptorsInUse } from '../native/descriptors.ts'
import { ServiceCatalog } from './catalog.ts'
import type { ServiceCatalogOptions } from './catalog.ts'

let base = ''
let root = ''
const servers = new Set<Server>()
const catalogs = new Set<ServiceCatalog>()

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'sg-'))
  root = join(base, 'run')
  mkdirSync(root)
  await serve(join(base, 'outside'))
})

afterEach(async () => {
  await Promise.all([...catalogs].map((catalog) => catalog.close()))
  await Promise.all([...servers].map((server) => (server.close(), once(server, 'close'))))
  catalogs.clear()
  servers.clear()
  rmSync(base, { recursive: true })
})

async function serve(path: string): Promise<void> {
  const server = createServer()
  servers.add(server)
  await once(server.listen(path), 'listening')
}

/** Another name for the one socket there is: as good as a new one, and cheaper. */
const put = (name: string) => linkSync(join(base, 'outside'), join(root, name))

function catalogOf(options: Partial<ServiceCatalogOptions> = {}): ServiceCatalog {
  const codecDefaults = (codec: string) => ({ barrier: codec === 'libipc' })
  const catalog = new ServiceCatalog({
    rundir: root,
    defined: new Map(),
    defaultCodec: 'raw',
    codecDefaults,
    ...options,
  })
  catalogs.add(catalog)
  return catalog
}

async function started(options?: Partial<ServiceCatalogOptions>): Promise<ServiceCatalog> {
  const catalog = catalogOf(options)
  await catalog.start()
  return catalog
}

const names = (catalog: ServiceCatalog) => catalog.list().map((service) => service.name)

/** Resolves once the list is this; the test's time limit is the only clock. */
function listed(catalog: ServiceCatalog, expected: readonly string[]): Promise<void> {
  const same = () => names(catalog).join('\n') === expected.join('\n')
  return new Promise((resolve) => {
    if (same()) return resolve()
    const stop = catalog.onChange(() => {
      if (!same()) return
      stop()
      resolve()
    })
  })
}

/** Watches of this process, as the kernel counts them. */
function watchesInUse(): number {
  let count = 0
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      count += readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1').match(/^inotify /gm)?.length ?? 0
    } catch {
      // closed since it was listed
    }
  }
  return count
}

test('lists sockets at any depth, and nothing else', async () => {
  mkdirSync(join(root, 'audio/deep'), { recursive: true })
  mkdirSync(join(root, '.hidden'))
  for (const name of ['pong', 'audio/pulse', 'audio/deep/x', '.secret', '.hidden/y', 'audio/.z', 'a\\b']) put(name)
  writeFileSync(join(root, 'file'), '')
  symlinkSync('pong', join(root, 'alias'))
  symlinkSync('../outside', join(root, 'out'))
  symlinkSync('..', join(root, 'up'))
  symlinkSync('.', join(root, 'loop'))
  symlinkSync('nowhere', join(root, 'broken'))
  expect(names(await started())).toEqual(['alias', 'audio/deep/x', 'audio/pulse', 'pong'])
})

test('looks eight directories deep and no further', async () => {
  const deep = 'd/'.repeat(8)
  mkdirSync(join(root, deep, 'e'), { recursive: true })
  put(`${deep}x`)
  put(`${deep}e/y`)
  expect(names(await started())).toEqual([`${deep}x`])
})

test('lists no more than it may', async () => {
  for (let i = 0; i < 20; i++) put(`s${i}`)
  expect(names(await started({ maxSockets: 5 }))).toHaveLength(5)
})

test('fills in defaults; an entry goes before a socket of that name', async () => {
  put('pong')
  put('plain')
  const defined = new Map([
    ['pong', { target: 'unix:///other', codec: 'libipc', text: true }],
    ['path', { target: 'unix:/run/x.sock', barrier: true }],
  ])
  const catalog = await started({ defined })
  const rest = {
    text: false,
    barrier: false,
    compression: false,
    halfClose: false,
    maxMessageBytes: null,
    maxConnections: null,
  }
  expect(catalog.list()).toEqual([
    {
      ...rest,
      name: 'path',
      target: { uri: 'unix:/run/x.sock', address: '/run/x.sock' },
      codec: 'raw',
      barrier: true,
      from: 'defined',
    },
    { ...rest, name: 'plain', target: { uri: 'unix:plain', address: 'plain' }, codec: 'raw', from: 'discovered' },
    {
      ...rest,
      name: 'pong',
      target: { uri: 'unix:other', address: 'other' },
      codec: 'libipc',
      barrier: true,
      text: true,
      from: 'defined',
    },
  ])
  expect(catalog.find('pong')).toMatchObject({ target: { uri: 'unix:other' }, from: 'defined' })
})

test('finds by name what is not listed yet; the dial tells the truth', () => {
  expect(catalogOf().find('audio/new')).toMatchObject({
    target: { uri: 'unix:audio/new' },
    from: 'discovered',
    codec: 'raw',
  })
})

test.each(['', '.', '..', '../x', 'a/../x', '.x', 'a\0', 'a\\b', '/etc', 'a//b', 'x'.repeat(300)])(
  'T20: %j can’t be found',
  (name) => {
    expect(() => catalogOf().find(name)).toThrow(expect.objectContaining({ code: 'no-service' }))
  },
)

test('a reload changes entries and default codec, and is told', async () => {
  put('pong')
  const catalog = await started()
  let told = 0
  const stop = catalog.onChange(() => told++)
  catalog.update({ defined: new Map([['new', { target: 'unix:x' }]]), defaultCodec: 'libipc' })
  expect(told).toBe(1)
  expect(names(catalog)).toEqual(['new', 'pong'])
  expect(catalog.find('pong')).toMatchObject({ codec: 'libipc', barrier: true })
  stop()
  catalog.update({ defined: new Map() })
  expect(told).toBe(1)
})

test('sees sockets and directories come, go and move', async () => {
  const catalog = await started()
  put('a')
  await listed(catalog, ['a'])
  mkdirSync(join(root, 'd'))
  put('d/b')
  await listed(catalog, ['a', 'd/b'])
  renameSync(join(root, 'd'), join(root, 'e'))
  await listed(catalog, ['a', 'e/b'])
  put('e/c') // the moved directory is still watched
  await listed(catalog, ['a', 'e/b', 'e/c'])
  rmSync(join(root, 'e'), { recursive: true })
  unlinkSync(join(root, 'a'))
  await listed(catalog, [])
  expect(catalog.list()).toEqual([])
})

test('F24: a directory renamed over another, and one made anew, are watched', async () => {
  mkdirSync(join(root, 'd'))
  const catalog = await started()
  for (let round = 0; round < 5; round++) {
    mkdirSync(join(base, 'next'))
    renameSync(join(base, 'next'), join(root, 'd'))
    put(`d/s${round}`)
    await listed(catalog, [`d/s${round}`])
    put('d/late')
    await listed(catalog, ['d/late', `d/s${round}`])
    rmSync(join(root, 'd'), { recursive: true })
    await listed(catalog, [])
    mkdirSync(join(root, 'd'))
    put('d/again')
    await listed(catalog, ['d/again'])
    unlinkSync(join(root, 'd/again'))
    await listed(catalog, [])
    expect(catalog.list()).toEqual([])
  }
})

test('F24: a run dir that is removed and made anew, or renamed over, is found again', async () => {
  put('a')
  const catalog = await started()
  for (let round = 0; round < 3; round++) {
    rmSync(root, { recursive: true })
    await listed(catalog, [])
    mkdirSync(root)
    put('b')
    await listed(catalog, ['b'])
    mkdirSync(join(base, 'next'))
    linkSync(join(base, 'outside'), join(base, 'next/c'))
    unlinkSync(join(root, 'b'))
    renameSync(join(base, 'next'), root)
    await listed(catalog, ['c'])
    put('d')
    await listed(catalog, ['c', 'd'])
    expect(names(catalog)).toEqual(['c', 'd'])
  }
})

test('a run dir that comes later, even with its parent, is found', async () => {
  root = join(base, 'later/run')
  const catalog = await started()
  expect(names(catalog)).toEqual([])
  mkdirSync(root, { recursive: true })
  put('a')
  await listed(catalog, ['a'])
  put('b')
  await listed(catalog, ['a', 'b'])
})

test('F24: 200 sockets appear and vanish: the list is right, no watch is left', async () => {
  const [descriptors, watches] = [descriptorsInUse(), watchesInUse()]
  const catalog = await started()
  await listed(catalog, [])
  const quiet = watchesInUse()
  expect(quiet).toBe(watches + 2) // the run dir and its parent
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 50; i++) {
      mkdirSync(join(root, `d${i}`))
      put(`d${i}/s`)
      if (i % 2 === 0) rmSync(join(root, `d${i}`), { recursive: true })
    }
    put(`round${round}`)
    const left = Array.from({ length: 25 }, (_, i) => `d${i * 2 + 1}/s`)
    await listed(catalog, [...left, `round${round}`].toSorted())
    for (let i = 1; i < 50; i += 2) rmSync(join(root, `d${i}`), { recursive: true })
    unlinkSync(join(root, `round${round}`))
    await listed(catalog, [])
  }
  expect(watchesInUse()).toBe(quiet)
  await catalog.close()
  expect(watchesInUse()).toBe(watches)
  expect(descriptorsInUse()).toBeLessThanOrEqual(descriptors + 1) // Node keeps the inotify descriptor itself
})

test('a directory that is moved out is watched no more', async () => {
  mkdirSync(join(root, 'd'))
  put('d/a')
  const catalog = await started()
  const before = watchesInUse()
  renameSync(join(root, 'd'), join(base, 'away'))
  await listed(catalog, [])
  expect(watchesInUse()).toBe(before - 1)
})

test('closing in the middle of a look leaves nothing', async () => {
  for (let i = 0; i < 50; i++) mkdirSync(join(root, `d${i}`))
  const before = watchesInUse()
  const catalog = catalogOf()
  const starting = catalog.start()
  await catalog.close()
  await starting
  expect(watchesInUse()).toBe(before)
})

test('entries of the dashboard come and go; those of the file beat them', async () => {
  put('pong')
  const defined = new Map([['fixed', { target: 'unix:/run/file.sock' }]])
  const dashboard = new Map([
    ['fixed', { target: 'unix:/run/dashboard.sock' }],
    ['pong', { target: 'unix:/run/other.sock', codec: 'libipc' }],
  ])
  const catalog = await started({ defined, dashboard })
  const seen = () => catalog.list().map(({ name, target, from }) => `${name} ${target.uri} ${from}`)
  expect(seen()).toEqual(['fixed unix:/run/file.sock defined', 'pong unix:/run/other.sock dashboard'])
  expect(catalog.find('pong')).toMatchObject({ codec: 'libipc', barrier: true })
  catalog.update({ dashboard: new Map() })
  expect(seen()).toEqual(['fixed unix:/run/file.sock defined', 'pong unix:pong discovered'])
  catalog.update({ defined: new Map() })
  expect(seen()).toEqual(['pong unix:pong discovered'])
})
