import type { ServerResponse } from 'node:http'

import type { EndOfStream, EventText, Hearer, Outlet } from './outlet.ts'

/** How long a peer that may no longer read has to take what was sent before. */
const REVOKED_TIMEOUT_MS = 500

/** Events as server-sent events (HTML, 9.2), in a response whose headers have been written. */
export class ResponseOutlet implements Outlet {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
    // Shows that the stream is open even when there is nothing to tell.
    response.write(': sockgate\n\n')
  }

  get waiting(): number {
    return this.#response.writableLength
  }

  /** JSON has no line ends, so one data line does. */
  send({ seq, type, json }: EventText): void {
    this.#response.write(`id: ${seq}\nevent: ${type}\ndata: ${json}\n\n`)
  }

  beat(): void {
    this.#response.write(': beat\n\n')
  }

  end(why: EndOfStream): void {
    this.#response.end()
    // What waits for a slow peer is not for it any more.
    if (why === 'revoked') setTimeout(() => this.#response.destroy(), REVOKED_TIMEOUT_MS).unref()
  }

  destroy(): void {
    this.#response.destroy()
  }

  listen(on: Hearer): void {
    this.#response.on('drain', () => on.drained())
    this.#response.on('close', () => on.closed())
  }
}
