import type { ServiceBody } from '../../shared/api.ts'
import { formatSize, parseSize, UnitError } from '../../shared/units.ts'
import type { By } from '../accounts/desk.ts'
import type { Store } from '../store/store.ts'
import { bodyOf, ServiceRefusal } from './desk.ts'
import type { ServiceDesk } from './desk.ts'
import type { ServiceEntry } from './service.ts'
import { checkDefinedName, parseTarget, quote, ServiceError } from './target.ts'

/** Most entries of the dashboard. */
const COUNT_MAX = 1000
const MESSAGE_MAX = 1024 ** 3

export interface DefinitionParts {
  readonly store: Pick<Store, 'services' | 'audit' | 'transaction'>
  /** Names of the codecs there are. */
  readonly codecs: readonly string[]
  /** Whether the file or the command line defines that name. */
  fixed(name: string): boolean
  /** Why nothing may be sent to a URI, as a sentence; null when it may. */
  refused(uri: string): string | null
  /** Called with all entries after each change. */
  changed(entries: ReadonlyMap<string, ServiceEntry>): void
}

/** The services that the dashboard defines. Made by `app.ts`, which gives `entries` to the catalog. */
export class Definitions implements ServiceDesk {
  readonly #parts: DefinitionParts
  #entries: ReadonlyMap<string, ServiceEntry>

  /** @throws StoreError */
  constructor(parts: DefinitionParts) {
    this.#parts = parts
    this.#entries = parts.store.services.list()
  }

  get entries(): ReadonlyMap<string, ServiceEntry> {
    return this.#entries
  }

  entry(name: string): ServiceBody | null {
    const entry = this.#entries.get(name)
    return entry === undefined ? null : bodyOf(entry)
  }

  define(name: string, body: ServiceBody, by: By): boolean {
    this.#checkFree(name)
    const isNew = !this.#entries.has(name)
    if (isNew && this.#entries.size >= COUNT_MAX) {
      throw new ServiceRefusal('invalid', `there are ${COUNT_MAX} definitions; remove some first`)
    }
    const entry = this.#read(name, body)
    const { store } = this.#parts
    store.transaction(() => {
      store.services.save(name, entry)
      store.audit.append({
        ...entryBy(by),
        action: 'service.define',
        object: `service ${name}`,
        detail: describe(entry),
      })
    })
    this.#set(new Map(this.#entries).set(name, entry))
    return isNew
  }

  remove(name: string, by: By): void {
    this.#checkFree(name)
    const entry = this.#entries.get(name)
    if (entry === undefined) throw new ServiceRefusal('unknown', 'the dashboard defines no service of this name')
    const { store } = this.#parts
    store.transaction(() => {
      store.services.delete(name)
      store.audit.append({
        ...entryBy(by),
        action: 'service.remove',
        object: `service ${name}`,
        detail: describe(entry),
      })
    })
    const left = new Map(this.#entries)
    left.delete(name)
    this.#set(left)
  }

  #set(entries: ReadonlyMap<string, ServiceEntry>): void {
    this.#entries = entries
    this.#parts.changed(entries)
  }

  #checkFree(name: string): void {
    if (!this.#parts.fixed(name)) return
    throw new ServiceRefusal('fixed', `${quote(name)} is defined in the file or on the command line: change it there`)
  }

  #read(
    name: string,
    { target, codec, maxMessage, maxConnections, text, barrier, compression, halfClose }: ServiceBody,
  ): ServiceEntry {
    const { codecs } = this.#parts
    try {
      checkDefinedName(name)
      const { uri } = parseTarget(target)
      const why = this.#parts.refused(uri)
      if (why !== null) throw new ServiceError(why)
      if (codec !== undefined && !codecs.includes(codec)) {
        throw new ServiceError(`there is no codec ${quote(codec)}: known are ${codecs.join(', ')}`)
      }
      return {
        target: uri,
        ...(codec !== undefined && { codec }),
        ...(text !== undefined && { text }),
        ...(barrier !== undefined && { barrier }),
        ...(compression !== undefined && { compression }),
        ...(halfClose !== undefined && { halfClose }),
        ...(maxMessage !== undefined && { maxMessageBytes: messageSize(maxMessage) }),
        ...(maxConnections !== undefined && { maxConnections }),
      }
    } catch (error) {
      if (!(error instanceof ServiceError || error instanceof UnitError)) throw error
      throw new ServiceRefusal('invalid', error.message, { cause: error })
    }
  }
}

function messageSize(size: number | string): number {
  const bytes = typeof size === 'number' ? size : parseSize(size)
  if (bytes >= 1 && bytes <= MESSAGE_MAX) return bytes
  throw new ServiceError(`the longest message may have from 1 byte to ${formatSize(MESSAGE_MAX)}`)
}

function entryBy({ name: actor, from, requestId }: By) {
  return { actor, from, requestId, result: 'ok' } as const
}

/** As on the command line: `unix:/run/pong.sock,codec=libipc`. */
function describe({ target, ...settings }: ServiceEntry): string {
  return [target, ...Object.entries(settings).map(([name, value]) => `${name}=${String(value)}`)].join(',')
}
