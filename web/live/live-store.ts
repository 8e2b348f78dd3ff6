import type { PolicyState, ProblemBody } from '../../shared/api.ts'
import type { ConnectionInfo, FeedEvent, ServiceInfo } from '../../shared/connection.ts'
import { addSample } from './rates.ts'
import { RowList } from './row-list.ts'
import type { Row } from './row-list.ts'

export type { Row }

/** How we stand with the gateway. `since` is when it was last heard of, in milliseconds since 1970; 0 for never. */
export type Link =
  | { readonly type: 'connecting' }
  | { readonly type: 'live' }
  | { readonly type: 'lost'; readonly since: number }
  /** Signed in, but not let in. */
  | { readonly type: 'denied'; readonly problem: ProblemBody }
  /** Nobody is signed in any more. */
  | { readonly type: 'signed-out' }

/** One value a second, oldest first. */
export interface History {
  readonly open: readonly number[]
  readonly messages: readonly number[]
  readonly bytes: readonly number[]
  readonly refused: readonly number[]
}

/** How many connections came and were refused. */
export interface News {
  readonly opened: number
  readonly refused: number
}

/** All that is shown, as of one moment; a new object whenever anything differs. Lists are newest first. */
export interface LiveState {
  readonly link: Link
  /** Whether a snapshot has arrived since the page was opened. */
  readonly loaded: boolean
  readonly open: readonly Row[]
  readonly closed: readonly Row[]
  readonly refused: readonly Row[]
  readonly services: readonly ServiceInfo[]
  /** The rules in force; null until the first snapshot. */
  readonly policy: PolicyState | null
  /** Open connections by service. */
  readonly perService: ReadonlyMap<string, number>
  readonly history: History
  /** What happened since the page was opened, besides what snapshots brought. */
  readonly news: News
}

/** Renders per second are 1000 over this, however much happens. */
const PUBLISH_MS = 250
const HISTORY_POINTS = 90
/** Ended connections remembered, of each kind. */
const ENDED_MAX = 1000

/**
 * Everything the page knows of the gateway: a snapshot and the changes after it, in order. Each change carries the
 * number after the last one's. A number seen before is a repetition and harmless; one that is missing means that the
 * lists can't be trusted, and `apply` asks for a new snapshot. Until that comes the old lists stay on screen.
 */
export class LiveStore {
  readonly #open = new RowList()
  readonly #closed = new RowList(ENDED_MAX)
  readonly #refused = new RowList(ENDED_MAX)
  #perService: ReadonlyMap<string, number> = new Map()
  #services: readonly ServiceInfo[] = []
  #policy: PolicyState | null = null
  #link: Link = { type: 'connecting' }
  #seq: number | null = null
  #history: History = { open: [], messages: [], bytes: [], refused: [] }
  #moved = { messages: 0, bytes: 0, refused: 0 }
  #news: News = { opened: 0, refused: 0 }
  #loaded = false
  #heardAt = 0
  #state: LiveState
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.#state = this.#build()
  }

  /** Number of the last event taken in; null while there is nothing to go on from. */
  get seq(): number | null {
    return this.#seq
  }

  /** When the gateway last said anything, in milliseconds since 1970; 0 when it never did. */
  get heardAt(): number {
    return this.#heardAt
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): LiveState => this.#state

  /** The row of a connection in whichever list it is. */
  readonly find = (id: string): Row | undefined => this.#open.get(id) ?? this.#closed.get(id) ?? this.#refused.get(id)

  /** Takes one event in. @returns false when events are missing before it: ask for a snapshot */
  apply(event: FeedEvent, at: number): boolean {
    if (event.type !== 'snapshot') {
      if (this.#seq === null || event.seq > this.#seq + 1) {
        this.#seq = null
        return false
      }
      if (event.seq <= this.#seq) return true
    }
    this.#seq = event.seq
    this.#heardAt = at
    this.#take(event, at)
    this.#publishSoon()
    return true
  }

  /** Shown at once: it is rare, and people wait for it. */
  setLink(link: Link): void {
    this.#link = link
    this.#publish()
  }

  /** The gateway showed that it is there, with or without news. */
  heard(at: number): void {
    this.#heardAt = at
  }

  /** Once a second while the link is live: adds a point to the history. */
  tick(): void {
    const { open, messages, bytes, refused } = this.#history
    this.#history = {
      open: [...open, this.#open.size].slice(-HISTORY_POINTS),
      messages: [...messages, this.#moved.messages].slice(-HISTORY_POINTS),
      bytes: [...bytes, this.#moved.bytes].slice(-HISTORY_POINTS),
      refused: [...refused, this.#moved.refused].slice(-HISTORY_POINTS),
    }
    this.#moved = { messages: 0, bytes: 0, refused: 0 }
    this.#publishSoon()
  }

  #take(event: FeedEvent, at: number): void {
    switch (event.type) {
      case 'snapshot':
        this.#replace(event, at)
        break
      case 'opened':
        this.#open.set({ info: event.connection, samples: addSample([], event.connection, at) })
        this.#countService(event.connection.service, 1)
        this.#news = { ...this.#news, opened: this.#news.opened + 1 }
        break
      case 'traffic':
        for (const connection of event.connections) this.#count(connection, at)
        break
      case 'closed':
        this.#count(event.connection, at)
        if (this.#open.delete(event.connection.id)) this.#countService(event.connection.service, -1)
        this.#closed.set(ended(event.connection))
        break
      case 'refused':
        this.#moved.refused++
        this.#refused.set(ended(event.connection))
        this.#news = { ...this.#news, refused: this.#news.refused + 1 }
        break
      case 'services':
        this.#services = event.services
        break
      case 'policy':
        this.#policy = event.policy
    }
  }

  #replace(snapshot: FeedEvent & { type: 'snapshot' }, at: number): void {
    const before = this.#open
    const perService = new Map<string, number>()
    for (const { service } of snapshot.open) perService.set(service, (perService.get(service) ?? 0) + 1)
    this.#perService = perService
    this.#loaded = true
    this.#open.replace(
      snapshot.open
        .toSorted((a, b) => a.openedAt - b.openedAt)
        .map((info) => ({ info, samples: addSample(before.get(info.id)?.samples ?? [], info, at) })),
    )
    const recent = snapshot.recent.toSorted((a, b) => endedAt(a) - endedAt(b))
    this.#closed.replace(recent.filter(({ state }) => state !== 'refused').map(ended))
    this.#refused.replace(recent.filter(({ state }) => state === 'refused').map(ended))
    this.#services = snapshot.services
    this.#policy = snapshot.policy
  }

  #count(info: ConnectionInfo, at: number): void {
    const row = this.#open.get(info.id)
    if (row === undefined) return // it ended between two rounds of counting
    this.#moved.messages += moved(row.info, info, 'messages')
    this.#moved.bytes += moved(row.info, info, 'bytes')
    this.#open.set({ info, samples: addSample(row.samples, info, at) })
  }

  /** There are few services: a new map is cheap, and tells those who look that something differs. */
  #countService(service: string, by: 1 | -1): void {
    const count = (this.#perService.get(service) ?? 0) + by
    const perService = new Map(this.#perService).set(service, count)
    if (count === 0) perService.delete(service)
    this.#perService = perService
  }

  #publishSoon(): void {
    this.#timer ??= setTimeout(() => this.#publish(), PUBLISH_MS)
  }

  #publish(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#state = this.#build()
    for (const listener of this.#listeners) listener()
  }

  #build(): LiveState {
    return {
      link: this.#link,
      loaded: this.#loaded,
      open: this.#open.newestFirst(),
      closed: this.#closed.newestFirst(),
      refused: this.#refused.newestFirst(),
      services: this.#services,
      policy: this.#policy,
      perService: this.#perService,
      history: this.#history,
      news: this.#news,
    }
  }
}

const ended = (info: ConnectionInfo): Row => ({ info, samples: [] })

function endedAt(info: ConnectionInfo): number {
  return info.ending?.at ?? info.openedAt
}

function moved(before: ConnectionInfo, after: ConnectionInfo, what: 'messages' | 'bytes'): number {
  return Math.max(0, after.up[what] - before.up[what]) + Math.max(0, after.down[what] - before.down[what])
}
