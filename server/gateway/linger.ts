/** After our close frame: how long a client may take to answer it, and a service to take its last bytes. */
const CLIENT_LINGER_MS = 5000
const SERVICE_LINGER_MS = 500

/** How long the two sides of a connection that is over are waited for. Sees only what changed between calls. */
export class Linger {
  readonly #client = { queued: -1, since: 0 }
  readonly #service = { queued: -1, since: 0 }

  /** Whether the client has had its time. `patienceMs`: how long it may take nothing of what is queued, if longer. */
  clientIsOver(queued: number, patienceMs: number, now: number): boolean {
    const allowedMs = queued > 0 ? Math.max(patienceMs, CLIENT_LINGER_MS) : CLIENT_LINGER_MS
    return unchangedMs(this.#client, queued, now) >= allowedMs
  }

  serviceIsOver(queued: number, now: number): boolean {
    return unchangedMs(this.#service, queued, now) >= SERVICE_LINGER_MS
  }
}

/** How long in milliseconds `queued` has not changed. */
function unchangedMs(last: { queued: number; since: number }, queued: number, now: number): number {
  if (queued !== last.queued) {
    last.queued = queued
    last.since = now
  }
  return now - last.since
}
