import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { codecs } from './codecs/index.ts'
import { transports } from './transports/index.ts'
import { views } from './views/index.ts'

/**
 * The walls between the rooms. `import type` passes: types carry no behaviour. Tests and test helpers may look into every
 * room. A new room needs a line here.
 */
interface Room {
  /** Folder with a slash behind it, or one file. The longest that fits is the room of a file. */
  readonly at: string
  /** What it may import besides itself: folders and files of ours, packages by name, `node:` for all of Node. */
  readonly may: readonly string[]
  readonly because: string
}

const rooms: readonly Room[] = [
  { at: 'shared/', may: ['shared/policy/', 'zod'], because: 'the page and the client library run it in a browser' },
  {
    at: 'shared/policy/',
    may: ['shared/', 'zod', 'ipaddr.js'],
    because: 'pure: the page previews decisions with the very code that the gateway runs',
  },
  { at: 'shared/client/', may: ['shared/', 'cborg'], because: 'browsers run it; sockets come from whoever uses it' },
  { at: 'server/codecs/', may: ['shared/', 'node:buffer'], because: 'pure: tested with arrays, fuzzed with splits' },
  {
    at: 'server/views/',
    may: ['shared/', 'server/codecs/', 'cborg', 'node:buffer'],
    because: 'pure: one message in, one message out',
  },
  {
    at: 'server/websocket/',
    may: ['node:buffer', 'node:module'],
    because: 'frames are bytes in a buffer; who carries them is not their business',
  },
  {
    at: 'server/transports/',
    may: ['shared/', 'server/native/', 'server/websocket/', 'node:', 'ws', 'fastify', '@fastify/websocket'],
    because: 'knows sockets, not rules: no gateway, no configuration, no admin side',
  },
  {
    at: 'server/gateway/',
    may: [
      'shared/',
      'server/codecs/codec.ts',
      'server/views/view.ts',
      'server/websocket/',
      'node:buffer',
      'server/transports/chunk.ts',
      'server/transports/port.ts',
      'server/native/descriptors.ts',
    ],
    because: 'the hot path is handed its parts: no web framework, no configuration, no list of services',
  },
  {
    at: 'server/control/',
    may: [
      'shared/',
      'server/transports/host.ts',
      'server/transports/stale-socket.ts',
      'server/accounts/desk.ts',
      'server/policy/desk.ts',
      'server/policy/text.ts',
      'server/policy/yaml.ts',
      'server/services/desk.ts',
      'server/store/store.ts',
      'server/gateway/message-log.ts',
      'node:',
      'fastify',
      '@fastify/cookie',
      '@fastify/static',
      '@fastify/swagger',
      '@fastify/swagger-ui',
      '@fastify/websocket',
      'fastify-type-provider-zod',
      'prom-client',
      'zod',
    ],
    because: 'the admin side sees the gateway through types; it never sits on the hot path',
  },
  {
    at: 'server/services/',
    may: ['shared/', 'server/transports/open-socket.ts', 'node:'],
    because: 'finds services; who connects to them, and what for, is not its business',
  },
  {
    at: 'server/store/',
    may: ['shared/', 'node:', 'better-sqlite3'],
    because: 'keeps what it is given; what it means, and who may change it, is decided elsewhere',
  },
  {
    at: 'server/accounts/',
    may: ['shared/', 'node:', '@node-rs/argon2'],
    because: 'knows who somebody is; where that is kept, and who asks, is handed to it',
  },
  {
    at: 'server/policy/',
    may: [
      'shared/',
      'server/store/store.ts',
      'server/gateway/connection.ts',
      'server/gateway/rejudge.ts',
      'node:',
      'yaml',
    ],
    because: 'keeps the policy and what may be done with it; who asks, and by which protocol, is not its business',
  },
  {
    at: 'server/native/',
    may: ['node:', 'koffi'],
    because: 'calls the system and knows nothing of ours, so that it can be left out',
  },
  {
    at: 'server/config/',
    may: ['shared/', 'server/codecs/index.ts', 'server/services/', 'node:', 'yaml'],
    because: 'reads settings; parts get the values they need, not the other way round',
  },
  {
    at: 'server/demo/',
    may: ['server/script.ts', 'node:'],
    because: 'a sample service is a program on its own and shows that it needs nothing of the gateway',
  },
  {
    at: 'server/bench/',
    may: ['server/script.ts', 'shared/policy/', 'node:', 'commander', 'ws'],
    because: 'measures the gateway from outside, as a process',
  },
  {
    at: 'server/websocketc/',
    may: ['shared/', 'server/client.ts', 'server/version.ts', 'node:', 'commander', 'picocolors'],
    because: 'the example client shows what sockgate/client can do; it knows no server',
  },
  {
    at: 'server/client.ts',
    may: ['shared/', 'ws'],
    because: 'what programs import must not bring the gateway with it',
  },
  {
    at: 'server/cli/',
    may: [
      'shared/',
      'server/config/',
      'server/app.ts',
      'server/policy/ids.ts',
      'server/policy/text.ts',
      'server/log.ts',
      'server/systemd.ts',
      'server/version.ts',
      'node:',
      '@clack/prompts',
      'commander',
      'picocolors',
    ],
    because: 'commands other than serve talk to a running gateway through its API',
  },
  {
    at: 'server/',
    may: ['shared/', 'server/', 'node:', 'pino', 'pino-pretty'],
    because: 'somebody must know every room',
  },
  {
    at: 'web/',
    may: [
      'shared/',
      'react',
      'react-dom',
      '@mantine/core',
      '@mantine/hooks',
      '@mantine/notifications',
      '@mantine/spotlight',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      '@dnd-kit/core',
      '@dnd-kit/modifiers',
      '@dnd-kit/sortable',
      '@dnd-kit/utilities',
      'cborg',
      'uplot',
      'lucide-react',
      '@fontsource-variable/inter',
      '@fontsource-variable/jetbrains-mono',
    ],
    because: 'the page speaks the API, not the server',
  },
  {
    at: 'e2e/',
    may: ['shared/', 'node:', 'ws', '@playwright/test', '@axe-core/playwright'],
    because: 'it sees what a user sees: processes, sockets, pages',
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))

/** What a source text imports at run time, as written. */
function importsOf(text: string): string[] {
  const statements = /^(?:import|export)\b(?!\s+type\b)(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm
  const calls = /\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(statements), ...text.matchAll(calls)].map(([, path]) => path!)
}

/** Ours as a path from the root, a package by its name, Node's modules as they are. */
function resolve(file: string, path: string): string {
  if (path.startsWith('.')) return normalize(join(dirname(file), path))
  if (path.startsWith('node:')) return path
  return path.split('/', path.startsWith('@') ? 2 : 1).join('/')
}

function roomOf(file: string): Room | undefined {
  return rooms.filter(({ at }) => file.startsWith(at)).toSorted((a, b) => b.at.length - a.at.length)[0]
}

/** Why this file may not import that, as a sentence; null when it may. */
function offence(file: string, imported: string): string | null {
  const room = roomOf(file)
  if (!room) return `${file} is in no room: say in rooms.test.ts what it may import`
  const own = room.at === 'server/' ? undefined : roomOf(imported)
  const allowed =
    own === room || room.may.some((each) => (/[/:]$/.test(each) ? imported.startsWith(each) : imported === each))
  return allowed ? null : `${file} imports ${imported}, but ${room.at}: ${room.because}`
}

const isTest = (file: string) => /\.(test|spec)\.tsx?$|(^|\/)testing[./]|server\/faults\//.test(file)
const files = ['shared', 'server', 'web', 'e2e'].flatMap((dir) =>
  readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(dir, name)),
)
const imports = new Map(
  files.map((file) => [file, importsOf(readFileSync(join(root, file), 'utf8')).map((path) => resolve(file, path))]),
)
const sources = files.filter((file) => !isTest(file) || file.startsWith('e2e/'))

describe('no room reaches through a wall', () => {
  test.each(rooms)('$at', (room) => {
    const mine = sources.filter((file) => roomOf(file) === room)
    expect(mine).not.toEqual([])
    const offences = mine.flatMap((file) => imports.get(file)!.map((imported) => offence(file, imported)))
    expect(offences.filter((each) => each !== null)).toEqual([])
  })

  test('every source is in a room', () => {
    expect(sources.filter((file) => !roomOf(file))).toEqual([])
  })

  test('walls stand for something: nothing is allowed that nobody uses', () => {
    const unused = rooms.flatMap((room) => {
      const used = sources.filter((file) => roomOf(file) === room).flatMap((file) => imports.get(file)!)
      return room.may
        .filter((each) => !each.endsWith('/') && each !== 'node:' && !used.includes(each))
        .map((each) => `${room.at} ${each}`)
    })
    expect(unused).toEqual([])
  })
})

test('a wall says what is wrong and why', () => {
  expect(offence('server/gateway/x.ts', 'fastify')).toBe(
    'server/gateway/x.ts imports fastify, but server/gateway/: ' +
      'the hot path is handed its parts: no web framework, no configuration, no list of services',
  )
  for (const [file, imported] of [
    ['shared/x.ts', 'node:buffer'],
    ['shared/x.ts', 'server/version.ts'],
    ['shared/client/x.ts', 'ws'],
    ['server/codecs/x.ts', 'node:fs'],
    ['server/codecs/x.ts', 'server/views/view.ts'],
    ['server/transports/x.ts', 'server/control/guard.ts'],
    ['server/transports/x.ts', 'server/gateway/bridge.ts'],
    ['server/transports/x.ts', 'server/config/config.ts'],
    ['server/gateway/x.ts', 'server/services/catalog.ts'],
    ['server/gateway/x.ts', 'server/transports/websocket.ts'],
    ['server/control/x.ts', 'server/gateway/gateway.ts'],
    ['server/store/x.ts', 'server/policy/keeper.ts'],
    ['server/demo/x.ts', 'server/codecs/index.ts'],
    ['server/client.ts', 'server/app.ts'],
    ['web/x.tsx', 'server/version.ts'],
    ['web/x.tsx', 'node:fs'],
    ['e2e/x.ts', 'server/app.ts'],
    ['elsewhere/x.ts', 'shared/causes.ts'],
  ] as const)
    expect(offence(file, imported), `${file} ${imported}`).not.toBeNull()
  expect(offence('server/gateway/x.ts', 'server/gateway/flow.ts')).toBeNull()
})

test('imports are found in every form, types are not', () => {
  const text = [
    `import a from 'a'`,
    `import { b,\n  type c } from "b"`,
    `import 'c'`,
    `export * from './d.ts'`,
    `export { e } from 'e'`,
    `const f = await import('f')`,
    `import type { g } from 'g'`,
    `export type { h } from 'h'`,
    `export const i = 'i'`,
    `export function j(): string {\n  return 'from'\n}`,
  ].join('\n')
  expect(importsOf(text)).toEqual(['a', 'b', 'c', './d.ts', 'e', 'f'])
})

test('every import of ours leads to a file', () => {
  const missing = [...imports].flatMap(([file, all]) =>
    all
      .filter((each) => /^(shared|server|web|e2e)\//.test(each) && !existsSync(join(root, each)))
      .map((each) => `${file} imports ${each}`),
  )
  expect(missing).toEqual([])
})

test('no cycles', () => {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] => {
    const at = path.indexOf(file)
    if (at >= 0) return [[...path.slice(at), file].join(' → ')]
    if (done.has(file)) return []
    done.add(file)
    path.push(file)
    const cycles = (imports.get(file) ?? []).flatMap(visit)
    path.pop()
    return cycles
  }
  expect(files.flatMap(visit)).toEqual([])
})

describe('catalogs', () => {
  test.each([
    ['codecs', codecs],
    ['views', views],
  ] as const)('%s: sorted, named like their files, each with a line of summary', (room, entries) => {
    const names = entries.map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    expect(new Set(names).size).toBe(names.length)
    for (const { name, summary } of entries) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(existsSync(join(root, 'server', room, `${name}.ts`)), `server/${room}/${name}.ts`).toBe(true)
      expect(summary).toMatch(/^\S.{10,110}$/)
      expect(summary).not.toMatch(/\.$/)
    }
  })

  test('transports: a file each', () => {
    for (const { name } of transports({ rundir: '/nowhere' }))
      expect(existsSync(join(root, 'server/transports', `${name}.ts`))).toBe(true)
  })
})
