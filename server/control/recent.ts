import type { ConnectionInfo } from '../../shared/connection.ts'
import type { OverviewAnswer } from '../../shared/dashboard.ts'
import type { RegistryEvent, RegistryView } from './registry-view.ts'

const STEP_MS = 10_000
/** 15 minutes. */
const POINTS = 90
const MINUTE_MS = 60_000
const HOUR_MINUTES = 60
/** Ended connections remembered for `lives`. */
const LIVES_MAX = 1000

interface Totals {
  readonly messages: number
  readonly bytes: number
}

/** How long a connection lived that its client, or something in between, ended. */
export interface Life {
  readonly endedAt: number
  readonly lifeMs: number
  readonly service: string
}

/**
 * What has happened lately, for the first page: one point each ten seconds for a quarter of an hour, refusals of the last
 * hour. Nothing is done per message: totals are read when a point is due. Owned by `app.ts`, which calls `close`.
 */
export class Recent {
  readonly #registry: RegistryView
  readonly #now: () => number
  readonly #stop: () => void
  readonly #timer: NodeJS.Timeout
  readonly #open: number[] = []
  readonly #refused: number[] = []
  readonly #messages: number[] = []
  readonly #bytes: number[] = []
  /** Of connections that are over. */
  #past: Totals = { messages: 0, bytes: 0 }
  #before: Totals = { messages: 0, bytes: 0 }
  #refusedNow = 0
  #at: number
  /** Refusals by minute since 1970. */
  readonly #minutes = new Map<number, number>()
  readonly #lives: Life[] = []

  constructor(registry: RegistryView, now: () => number = Date.now) {
    this.#registry = registry
    this.#now = now
    this.#at = now()
    this.#stop = registry.subscribe((event) => this.#note(event))
    this.#timer = setInterval(() => this.step(), STEP_MS).unref()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stop()
  }

  /** Takes a point; by its timer, each ten seconds. */
  step(): void {
    const open = this.#registry.list({ state: 'open' })
    const totals = open.reduce(added, this.#past)
    push(this.#open, open.length)
    push(this.#refused, this.#refusedNow)
    push(this.#messages, Math.max(0, totals.messages - this.#before.messages))
    push(this.#bytes, Math.max(0, totals.bytes - this.#before.bytes))
    this.#before = totals
    this.#refusedNow = 0
    this.#at = this.#now()
  }

  history(): OverviewAnswer['history'] {
    return {
      stepMs: STEP_MS,
      at: this.#at,
      open: [...this.#open],
      refused: [...this.#refused],
      messages: [...this.#messages],
      bytes: [...this.#bytes],
    }
  }

  refusedLastHour(): number {
    const from = Math.floor(this.#now() / MINUTE_MS) - HOUR_MINUTES
    let count = 0
    for (const [minute, refused] of this.#minutes) {
      if (minute > from) count += refused
      else this.#minutes.delete(minute)
    }
    return count
  }

  /** Connections that ended in the last hour from the client's side, newest last. */
  lives(): readonly Life[] {
    const from = this.#now() - HOUR_MINUTES * MINUTE_MS
    return this.#lives.filter(({ endedAt }) => endedAt > from)
  }

  #note({ type, connection }: RegistryEvent): void {
    if (type === 'refused') {
      this.#refusedNow++
      const minute = Math.floor(this.#now() / MINUTE_MS)
      this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + 1)
      if (this.#minutes.size > 2 * HOUR_MINUTES) this.refusedLastHour()
    }
    if (type !== 'closed') return
    this.#past = added(this.#past, connection)
    const { ending, openedAt, service } = connection
    if (ending?.code !== 'client-lost' && ending?.code !== 'client-closed') return
    this.#lives.push({ endedAt: ending.at, lifeMs: ending.at - openedAt, service })
    if (this.#lives.length > LIVES_MAX) this.#lives.shift()
  }
}

function added({ messages, bytes }: Totals, { up, down }: ConnectionInfo): Totals {
  return { messages: messages + up.messages + down.messages, bytes: bytes + up.bytes + down.bytes }
}

function push(points: number[], value: number): void {
  points.push(value)
  if (points.length > POINTS) points.shift()
}
