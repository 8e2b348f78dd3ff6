import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'

import { scriptArgs } from '../script.ts'
import { dataDir, entry, policy, rule, user, version } from '../testing/store.ts'
import { withoutRoot } from '../testing/without-root.ts'
import { openStore } from './sqlite.ts'
import { StoreError } from './store.ts'
import type { Store } from './store.ts'

function opened(dir: string): Store {
  const store = openStore(dir)
  onTestFinished(() => store.close())
  return store
}

const large = policy(...Array.from({ length: 1000 }, (_, at) => rule(`r${at}`)))

test('every file is for its owner only, whatever it was before', () => {
  const dir = dataDir()
  const umask = process.umask(0)
  onTestFinished(() => void process.umask(umask))
  const store = opened(dir)
  store.policy.save(0, version(policy()), null)
  store.audit.append(entry('one'))
  const modes = () =>
    Object.fromEntries(readdirSync(dir).map((name) => [name, (statSync(join(dir, name)).mode & 0o777).toString(8)]))
  const wanted = {
    'audit.head': '600',
    'sockgate.db': '600',
    'sockgate.db-shm': '600',
    'sockgate.db-wal': '600',
    'sockgate.lock': '600',
  }
  expect(modes()).toEqual(wanted)
  store.close()
  chmodSync(join(dir, 'sockgate.db'), 0o666)
  opened(dir).audit.append(entry('two'))
  expect(modes()).toEqual(wanted)
})

describe('one gateway at a time', () => {
  const refusal = (dir: string) =>
    `another gateway uses the data directory ${dir}: stop it or choose another with --data`

  test('within a process', () => {
    const dir = dataDir()
    const store = opened(dir)
    expect(() => openStore(dir)).toThrow(refusal(dir))
    // The refused one has not loosened the lock: files that are closed lose those of their process.
    expect(() => openStore(dir)).toThrow(refusal(dir))
    store.close()
    opened(dir)
  })

  test('between processes; a killed one leaves no lock', async () => {
    const dir = dataDir()
    const child = spawn(process.execPath, [...scriptArgs(import.meta.url, '../testing/store-torture-process'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const saved = new Promise<void>((resolve) => {
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        if (output.includes('saved')) resolve()
      })
    })
    await saved
    expect(() => openStore(dir)).toThrow(refusal(dir))
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    expect(opened(dir).policy.latest()).not.toBeNull()
  })

  test('one that is refused leaves the other alone', () => {
    const dir = dataDir()
    const store = opened(dir)
    expect(() => openStore(dir)).toThrow(StoreError)
    store.policy.save(0, version(large), null)
    expect(store.policy.latest()).toMatchObject({ version: 1, document: large })
  })
})

describe('what is there is refused with a sentence, and nothing is touched', () => {
  /** A data directory with a gateway's past. */
  function used(): { dir: string; file: string } {
    const dir = dataDir()
    const store = opened(dir)
    store.policy.save(0, version(large), null)
    store.accounts.saveUser(user('anna'))
    store.audit.append(entry('policy.commit'))
    store.close()
    return { dir, file: join(dir, 'sockgate.db') }
  }

  function refused(dir: string, sentence: RegExp): void {
    const before = contents(dir)
    // Twice: the first time must not make the second one believe anything.
    for (let turn = 0; turn < 2; turn++) {
      let error: unknown
      try {
        openStore(dir).close()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(StoreError)
      expect((error as StoreError).message).toMatch(sentence)
    }
    expect(contents(dir)).toEqual(before)
  }

  const contents = (dir: string) =>
    Object.fromEntries(
      readdirSync(dir)
        .filter((name) => name !== 'sockgate.lock')
        .map((name) => [name, readFileSync(join(dir, name)).toString('base64')]),
    )

  const KEPT = 'nothing was deleted; put back a backup of it, or move it away to begin with an empty one$'

  test('something else than a database', () => {
    const dir = dataDir()
    writeFileSync(join(dir, 'sockgate.db'), 'Hello! '.repeat(1000))
    refused(dir, new RegExp(`^\\S+/sockgate\\.db is not a database: ${KEPT}`))
  })

  test.each([
    ['its head', 0, 100],
    ['a page', 4096, 4096],
    ['the tail', 40_960, 30_000],
  ])('a database with %s overwritten', (_, from, length) => {
    const { dir, file } = used()
    const bytes = readFileSync(file)
    bytes.fill(0x5a, from, from + length)
    writeFileSync(file, bytes)
    refused(dir, new RegExp(`^\\S+/sockgate\\.db is (damaged|not a database): ${KEPT}`))
  })

  test('a database cut short', () => {
    const { dir, file } = used()
    truncateSync(file, 8192)
    refused(dir, new RegExp(`^\\S+/sockgate\\.db is damaged: ${KEPT}`))
  })

  test('a database cut to nothing', () => {
    const { dir, file } = used()
    truncateSync(file, 0)
    refused(dir, /is empty or gone, but audit\.head beside it tells of 1 entries/)
  })

  test('a database of a newer sockgate', () => {
    const { dir, file } = used()
    const raw = new Sqlite(file)
    raw.pragma('user_version = 99')
    raw.close()
    refused(
      dir,
      /^\S+\/sockgate\.db was written by a newer sockgate \(its format is 99, this one knows \d+\): install that version/,
    )
  })

  test('a database of another program', () => {
    const dir = dataDir()
    const raw = new Sqlite(join(dir, 'sockgate.db'))
    raw.exec('CREATE TABLE theirs (a)')
    raw.close()
    refused(dir, /^\S+\/sockgate\.db is the database of another program: move it away/)
  })

  test('a directory in its place', () => {
    const dir = dataDir()
    mkdirSync(join(dir, 'sockgate.db'))
    expect(() => openStore(dir)).toThrow(/sockgate\.db can't be opened: see that it is a file/)
  })

  test('no data directory', () => {
    const dir = join(dataDir(), 'none')
    expect(() => openStore(dir)).toThrow(/none\/sockgate\.lock is not there: create its directory or choose another/)
  })

  test('a data directory that we may not write to', async () => {
    const dir = dataDir()
    opened(dir).close()
    await withoutRoot([dir], async () => {
      chmodSync(dir, 0o500)
      expect(() => openStore(dir)).toThrow(StoreError)
      expect(() => openStore(dir)).toThrow(/can't be (opened|written)|is read-only/)
    })
  })

  test('files that somebody else owns', async () => {
    if (process.getuid!() !== 0) return
    const dir = dataDir()
    opened(dir).close()
    await withoutRoot([dir], async () => {
      expect(() => openStore(dir)).toThrow(StoreError)
    })
  })
})

describe('a disk that is full', () => {
  /** A file system of its own of 1 MiB; null where we may not mount one. */
  function smallDisk(): string | null {
    const dir = dataDir()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', dir], { stdio: 'ignore' })
    } catch {
      return null
    }
    onTestFinished(() => void execFileSync('umount', ['--lazy', dir]))
    return dir
  }

  test('refuses the change, keeps what was, and works again with room', async (context) => {
    const dir = smallDisk()
    if (dir === null) return context.skip('needs the right to mount a file system')
    const store = opened(dir)
    const commit = () => {
      const expected = store.policy.latest()?.version ?? 0
      store.transaction(() => {
        store.policy.save(expected, version(large, `after ${expected}`), null)
        store.audit.append(entry('policy.commit', { object: `version ${expected + 1}` }))
      })
    }
    const ballast = join(dir, 'ballast')
    writeFileSync(ballast, Buffer.alloc(300_000))
    expect(() => {
      for (;;) commit()
    }).toThrow(/^the disk is full: \S+sockgate\.db can't grow; nothing was changed/)
    const { version: last, document } = store.policy.latest()!
    expect(document).toEqual(large)
    expect(await store.audit.verify()).toMatchObject({ ok: true, entries: last })
    expect(() => commit()).toThrow(StoreError)
    expect(store.policy.latest()).toMatchObject({ version: last })
    rmSync(ballast)
    commit()
    expect(store.policy.latest()).toMatchObject({ version: last + 1, document: large })
    store.close()
    const again = opened(dir)
    expect(again.policy.latest()).toMatchObject({ version: last + 1, document: large })
    expect(await again.audit.verify()).toMatchObject({ ok: true, entries: last + 1 })
    again.close()
  })

  test('from the start is a sentence, and no half a database', async (context) => {
    const dir = smallDisk()
    if (dir === null) return context.skip('needs the right to mount a file system')
    const ballast = join(dir, 'ballast')
    try {
      writeFileSync(ballast, Buffer.alloc(2_000_000))
    } catch {
      // It takes what there is.
    }
    expect(() => openStore(dir)).toThrow(StoreError)
    expect(() => openStore(dir)).toThrow(/full/)
    rmSync(ballast)
    expect(await opened(dir).audit.verify()).toMatchObject({ ok: true, entries: 0 })
  })
})
