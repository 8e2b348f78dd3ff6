import type { Socket } from 'node:net'

/** Where to dial, found once per connection. */
export interface Target {
  /** The URI as shown: `unix:pong`, `unix:/run/x.sock`. */
  readonly uri: string
  /** Part behind the scheme. */
  readonly address: string
}

/** `unix` of `unix:pong`. */
export function schemeOf({ uri }: Target): string {
  return uri.slice(0, uri.indexOf(':'))
}

/**
 * A way to reach services; one file each. `dial` resolves to a connected socket of which nothing was read yet: paused,
 * half-open allowed, owned by the caller from then on.
 */
export interface Transport {
  /** Scheme of its URIs. */
  readonly name: string
  /**
   * @throws GateError upstream-refused with a sentence saying what is wrong and where; the caller's signal aborts with
   * its own reason. No handle stays open after a failure.
   */
  dial(target: Target, options: DialOptions): Promise<Socket>
}

export interface DialOptions {
  readonly signal: AbortSignal
  /** Passed on to `net.connect`: read into the caller's buffer instead of a new one per read. */
  readonly onread?: { buffer: () => Uint8Array; callback: (bytes: number, buffer: Uint8Array) => boolean }
}
