import { setTimeout as sleep } from 'node:timers/promises'

import type { FeedEvent, StatusInfo } from '../../shared/connection.ts'
import { AdminClient } from './admin-client.ts'
import type { StateFilter } from './admin-client.ts'
import { eventLines } from './event-line.ts'
import { LiveConnections } from './live-connections.ts'
import { Screen } from './screen.ts'
import { CliError, colorful } from './shell.ts'
import type { Shell } from './shell.ts'
import { renderWatch } from './watch-page.ts'

/** Wait between attempts to reach a gateway that went away: doubled from the first to the second. */
const RETRY_MS = [250, 4000] as const
/** Between two drawings, however busy the gateway is. */
const DRAW_MS = 200
/** Ages go on also when nothing happens. */
const TICK_MS = 1000
/** How long "connected again" stays. */
const NOTICE_MS = 10_000

/** Someone who follows the feed. */
interface Follower {
  event(event: FeedEvent): void
  connected(status: StatusInfo, again: 'first' | 'same' | 'restarted'): void
  lost(why: string): void
}

/**
 * Shows connections live until the user leaves: a screen on a terminal, otherwise a line per event (with `json`, the
 * events themselves). Goes on when the gateway restarts. @throws CliError when there is none at the start
 */
export async function watchConnections(
  shell: Shell,
  client: AdminClient,
  options: { readonly state: StateFilter; readonly json: boolean },
): Promise<void> {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) shell.signals.on(signal, leave)
  const screen = shell.stdout.isTTY === true && !options.json
  const view = screen ? new ScreenView(shell, client.where, options.state, leave) : new LineView(shell, options)
  try {
    await follow(client, view, leaving.signal)
  } finally {
    if (view instanceof ScreenView) view.close()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) shell.signals.off(signal, leave)
  }
}

/** Reads the feed, again and again, until told to stop. Only the first attempt may fail. */
async function follow(client: AdminClient, follower: Follower, stop: AbortSignal): Promise<void> {
  let gateway: StatusInfo | null = null
  let waitMs: number = RETRY_MS[0]
  while (!stop.aborted) {
    try {
      const status = await client.status()
      const known = gateway
      for await (const event of client.events(stop)) {
        if (event.type === 'snapshot') follower.connected(status, changed(known, status))
        follower.event(event)
        gateway = status
        waitMs = RETRY_MS[0]
      }
      if (!stop.aborted) follower.lost('the gateway ended the feed')
    } catch (error) {
      if (stop.aborted) return
      if (gateway === null || !(error instanceof CliError)) throw error
      follower.lost(error.message)
    }
    await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined)
    waitMs = Math.min(waitMs * 2, RETRY_MS[1])
  }
}

function changed(before: StatusInfo | null, after: StatusInfo): 'first' | 'same' | 'restarted' {
  if (before === null) return 'first'
  return before.pid === after.pid && before.startedAt === after.startedAt ? 'same' : 'restarted'
}

class ScreenView implements Follower {
  readonly #screen: Screen
  readonly #live = new LiveConnections()
  readonly #page: { readonly where: string; readonly filter: StateFilter; readonly color: boolean }
  readonly #tick: NodeJS.Timeout
  #soon: NodeJS.Timeout | null = null
  #status: StatusInfo | null = null
  #notice: { text: string; bad: boolean; until: number } | null = null
  /** Since when there has been no gateway; what is shown is as it was then. */
  #lostAt: number | null = null

  constructor(shell: Shell, where: string, filter: StateFilter, leave: () => void) {
    this.#page = { where, filter, color: colorful(shell.stdout, shell.env) }
    this.#screen = new Screen(shell, { leave, resize: () => this.#draw() })
    this.#tick = setInterval(() => this.#draw(), TICK_MS)
  }

  event(event: FeedEvent): void {
    this.#live.apply(event, Date.now())
    this.#soon ??= setTimeout(() => this.#draw(), DRAW_MS)
  }

  connected(status: StatusInfo, again: 'first' | 'same' | 'restarted'): void {
    this.#status = status
    this.#lostAt = null
    if (again === 'first') return
    const text = again === 'restarted' ? 'The gateway was restarted; connected to the new one.' : 'Connected again.'
    this.#notice = { text, bad: false, until: Date.now() + NOTICE_MS }
  }

  lost(why: string): void {
    this.#lostAt ??= Date.now()
    this.#notice = { text: `Connection lost, trying again: ${why}`, bad: true, until: Infinity }
    this.#draw()
  }

  close(): void {
    clearInterval(this.#tick)
    if (this.#soon !== null) clearTimeout(this.#soon)
    this.#screen.close()
  }

  #draw(): void {
    if (this.#soon !== null) clearTimeout(this.#soon)
    this.#soon = null
    const now = Date.now()
    if (this.#notice !== null && now > this.#notice.until) this.#notice = null
    const { width, height } = this.#screen
    const page = { ...this.#page, live: this.#live, status: this.#status, notice: this.#notice, width, height }
    this.#screen.draw(renderWatch({ ...page, now: this.#lostAt ?? now, lost: this.#lostAt !== null }))
  }
}

class LineView implements Follower {
  readonly #shell: Shell
  readonly #state: StateFilter
  readonly #json: boolean

  constructor(shell: Shell, { state, json }: { readonly state: StateFilter; readonly json: boolean }) {
    this.#shell = shell
    this.#state = state
    this.#json = json
  }

  event(event: FeedEvent): void {
    const lines = this.#json ? [JSON.stringify(event)] : eventLines(event, this.#state, Date.now())
    for (const line of lines) this.#shell.stdout.write(`${line}\n`)
  }

  connected(_status: StatusInfo, again: 'first' | 'same' | 'restarted'): void {
    if (again === 'restarted') this.#shell.stderr.write('The gateway was restarted; connected to the new one.\n')
    if (again === 'same') this.#shell.stderr.write('Connected again.\n')
  }

  lost(why: string): void {
    this.#shell.stderr.write(`Connection lost, trying again: ${why}\n`)
  }
}
