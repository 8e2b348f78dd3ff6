import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

import type { ConnectionInfo } from '../../shared/connection.ts'
import { setTotal } from './metric-group.ts'
import type { MetricGroup } from './metric-group.ts'
import type { RegistryView } from './registry-view.ts'

/** Services with a line of their own; the rest is one line, so that names can't fill the store of whoever scrapes. */
const SERVICES_MAX = 100

/** What is told of connections, and of what they carry. */
export function connectionMetrics(register: Registry, registry: RegistryView): MetricGroup {
  const registers = [register]
  const opened = new Counter({ name: 'sockgate_connections_opened_total', help: 'Connections let in', registers })
  const closed = new Causes('sockgate_connections_closed_total', 'Connections that ended, by cause', registers)
  const refused = new Causes('sockgate_connections_refused_total', 'Clients that were refused, by cause', registers)
  const open = new Gauge({
    name: 'sockgate_connections_open',
    help: 'Open connections',
    labelNames: ['service'],
    registers,
  })
  const queued = new Gauge({
    name: 'sockgate_queued_bytes',
    help: 'Bytes waiting in the gateway, by where they are going',
    labelNames: ['to'],
    registers,
  })
  const flows = new Flows(registers)
  let openedCount = 0
  const stop = registry.subscribe(({ type, connection }) => {
    if (type === 'opened') {
      openedCount++
      return
    }
    const cause = connection.ending?.code ?? 'internal'
    if (type === 'refused') return refused.count(cause)
    closed.count(cause)
    flows.over(connection)
  })
  return {
    refresh: () => {
      const now = registry.list({ state: 'open' })
      flows.refresh(now)
      setTotal(opened, openedCount)
      closed.refresh()
      refused.refresh()
      queued.set(
        { to: 'client' },
        sum(now, (each) => each.queued.toClient),
      )
      queued.set(
        { to: 'service' },
        sum(now, (each) => each.queued.toService),
      )
      open.reset()
      for (const [service, count] of perService(now)) open.set({ service }, count)
    },
    close: stop,
  }
}

/** How often each cause ended something: counted here, since the library's own counting costs more than a connection's close. */
class Causes {
  readonly #counter: Counter
  readonly #counts = new Map<string, number>()

  constructor(name: string, help: string, registers: Registry[]) {
    this.#counter = new Counter({ name, help, labelNames: ['cause'], registers })
  }

  count(cause: string): void {
    this.#counts.set(cause, (this.#counts.get(cause) ?? 0) + 1)
  }

  refresh(): void {
    for (const [cause, count] of this.#counts) setTotal(this.#counter, count, { cause })
  }
}

/** Messages and bytes both ways: those of connections that are over, and when asked those of the open ones. */
class Flows {
  readonly #messages: Counter
  readonly #bytes: Counter
  readonly #over = { up: { messages: 0, bytes: 0 }, down: { messages: 0, bytes: 0 } }

  constructor(registers: Registry[]) {
    const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['direction'], registers })
    this.#messages = counter('sockgate_messages_total', 'Messages carried; up is client to service')
    this.#bytes = counter('sockgate_bytes_total', 'Payload bytes carried; up is client to service')
  }

  over(connection: ConnectionInfo): void {
    for (const direction of ['up', 'down'] as const) {
      this.#over[direction].messages += connection[direction].messages
      this.#over[direction].bytes += connection[direction].bytes
    }
  }

  refresh(open: readonly ConnectionInfo[]): void {
    for (const direction of ['up', 'down'] as const) {
      const { messages, bytes } = this.#over[direction]
      setTotal(this.#messages, messages + sum(open, (each) => each[direction].messages), { direction })
      setTotal(this.#bytes, bytes + sum(open, (each) => each[direction].bytes), { direction })
    }
  }
}

function sum(connections: readonly ConnectionInfo[], of: (connection: ConnectionInfo) => number): number {
  return connections.reduce((total, connection) => total + of(connection), 0)
}

/** The services with most connections by name, the rest under `other`. */
function perService(connections: readonly ConnectionInfo[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { service } of connections) counts.set(service, (counts.get(service) ?? 0) + 1)
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a)
  const rest = sorted.slice(SERVICES_MAX).reduce((total, [, count]) => total + count, 0)
  return rest === 0 ? sorted : [...sorted.slice(0, SERVICES_MAX), ['other', rest]]
}
