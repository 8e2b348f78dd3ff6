import { constants, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { open, opendir, readlink, realpath, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

import { checkServiceName } from '../../shared/service-name.ts'

/** Directories below the run dir that are looked into. */
const DEPTH_MAX = 8
/** From a change to the look: changes that come together are seen together. */
const SETTLE_MS = 50
/** A look is followed by a rest of this many times its own length, so that churn costs at most a twentieth. */
const REST = 20
/** For what no watch reports: a mount, a parent that was away, a machine out of watches. */
const POLL_MS = 2000

export interface RunDirWatchOptions {
  readonly rundir: string
  /** Sockets that are listed at most; the rest is reachable, but not shown. */
  readonly maxSockets?: number
  /** Called after a look that found other names than the one before. */
  readonly onChange: () => void
}

interface Watched {
  readonly watcher: FSWatcher
  /** What the kernel calls the directory itself in an event about it. */
  readonly self: string
  /** The directory was moved or removed, so that the watch may be dead. */
  stale: boolean
  /** The look that saw it last. */
  look: number
}

/**
 * Knows the names of the sockets below the run dir. Reads the whole tree anew after every change, in the thread pool;
 * directories are opened relative to each other and links never lead out. Only a list for people: whether a service is
 * there is found out by dialling it.
 */
export class RunDirWatch {
  readonly #options: Required<RunDirWatchOptions>
  /** By device and inode: a directory that is renamed keeps its watch, one made anew under the same name gets its own. */
  readonly #watched = new Map<string, Watched>()
  #names: readonly string[] = []
  #root = ''
  #parent: FSWatcher | null = null
  #poll: NodeJS.Timeout | null = null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #again = false
  #unwatched = false
  #looks = 0
  #lastLookMs = 0
  #closed = false

  constructor(options: RunDirWatchOptions) {
    this.#options = { maxSockets: 10_000, ...options }
  }

  /** Sorted. */
  get names(): readonly string[] {
    return this.#names
  }

  /** Directories under watch: for tests and diagnosis. */
  get watches(): number {
    return this.#watched.size
  }

  /** Looks once and watches from then on. A run dir that is missing is waited for. */
  async start(): Promise<void> {
    this.#watchParent()
    this.#poll = setInterval(() => void this.#check(), POLL_MS).unref()
    this.#look()
    await this.#looking
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#parent?.close()
    if (this.#poll !== null) clearInterval(this.#poll)
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking
    for (const { watcher } of this.#watched.values()) watcher.close()
    this.#watched.clear()
  }

  /** Tells of a run dir that is removed, made anew or moved into place. */
  #watchParent(): void {
    this.#parent?.close()
    this.#parent = null
    const { rundir } = this.#options
    try {
      const watcher = watch(dirname(rundir), { persistent: false }, (_event, name) => {
        if (name === basename(rundir)) this.#changed()
      })
      watcher.on('error', () => watcher.close())
      this.#parent = watcher
    } catch {
      // It may not exist, or watches may be used up: the poll finds out as well, only later.
    }
  }

  /** What no watch has told: whether the run dir is another than the one last looked at. */
  async #check(): Promise<void> {
    const found = await stat(this.#options.rundir, { bigint: true }).then(identity, () => '')
    if (this.#closed) return
    if (found !== this.#root) this.#watchParent()
    if (found !== this.#root || this.#unwatched) this.#changed()
  }

  #changed(): void {
    if (this.#looking !== null) this.#again = true
    if (this.#looking !== null || this.#timer !== null || this.#closed) return
    this.#timer = setTimeout(() => this.#look(), Math.max(SETTLE_MS, this.#lastLookMs * REST)).unref()
  }

  #look(): void {
    this.#timer = null
    this.#again = false
    this.#unwatched = false
    this.#looks++
    const began = performance.now()
    this.#looking = this.#readTree().then((names) => {
      this.#lastLookMs = performance.now() - began
      this.#looking = null
      if (this.#closed) return
      this.#forgetUnseen()
      if (this.#again) this.#changed()
      const same = names.length === this.#names.length && names.every((name, i) => name === this.#names[i])
      this.#names = names
      if (!same) this.#options.onChange()
    })
  }

  async #readTree(): Promise<string[]> {
    const names: string[] = []
    this.#root = ''
    const root = await open(this.#options.rundir, constants.O_DIRECTORY).catch(() => null)
    if (root === null) return names
    try {
      this.#root = await this.#watch(root)
      const real = await readlink(pathOf(root))
      await this.#readDirectory(root, '', real === '/' ? real : `${real}/`, names)
    } catch {
      this.#unwatched = true // it went away while it was read: look again with the next poll at the latest
    } finally {
      await root.close()
    }
    return names.toSorted()
  }

  /** Adds the sockets of one directory, then those below. `prefix` is its name with a slash. */
  async #readDirectory(directory: FileHandle, prefix: string, root: string, names: string[]): Promise<void> {
    const below: string[] = []
    for await (const entry of await opendir(pathOf(directory), { bufferSize: 256 })) {
      if (names.length >= this.#options.maxSockets || this.#closed) return
      const name = prefix + entry.name
      if (checkServiceName(name) !== null || entry.name.includes('\ufffd')) continue
      if (entry.isDirectory()) below.push(entry.name)
      else if (entry.isSocket()) names.push(name)
      else if (entry.isSymbolicLink() && (await leadsToSocket(`${pathOf(directory)}/${entry.name}`, root)))
        names.push(name)
    }
    if (prefix.split('/').length > DEPTH_MAX) return
    for (const name of below) {
      const path = `${pathOf(directory)}/${name}`
      const child = await open(path, constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(() => null)
      if (child === null) continue // not ours to read, or gone by now
      try {
        await this.#watch(child)
        await this.#readDirectory(child, `${prefix}${name}/`, root, names)
      } finally {
        await child.close()
      }
    }
  }

  /** Puts an open directory under watch unless it is, before it is read: nothing that changes later is missed. */
  async #watch(directory: FileHandle): Promise<string> {
    const key = identity(await directory.stat({ bigint: true }))
    const known = this.#watched.get(key)
    if (known !== undefined && !known.stale) {
      known.look = this.#looks
      return key
    }
    known?.watcher.close()
    this.#watched.delete(key)
    if (this.#closed) return key
    try {
      const watcher = watch(pathOf(directory), { persistent: false })
      const watched: Watched = { watcher, self: String(directory.fd), stale: false, look: this.#looks }
      const event = (name: string | null) => {
        if (name === watched.self) watched.stale = true
        this.#changed()
      }
      watcher.on('change', (_type, name) => event(name === null ? null : String(name)))
      watcher.on('error', () => event(watched.self))
      this.#watched.set(key, watched)
    } catch {
      this.#unwatched = true // no watches left: the poll looks for changes
    }
    return key
  }

  #forgetUnseen(): void {
    for (const [key, watched] of this.#watched) {
      if (watched.look === this.#looks) continue
      watched.watcher.close()
      this.#watched.delete(key)
    }
  }
}

/** A link is listed when it ends at a socket inside. Links to directories are not: their sockets have names already. */
async function leadsToSocket(path: string, root: string): Promise<boolean> {
  const real = await realpath(path).catch(() => '')
  if (!real.startsWith(root)) return false
  return stat(real).then(
    (found) => found.isSocket(),
    () => false,
  )
}

const pathOf = (directory: FileHandle) => `/proc/self/fd/${directory.fd}`

const identity = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }) => `${dev}:${ino}`
