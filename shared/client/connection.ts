import type { LostError, RefusedError } from './errors.ts'
import { LiveConnection } from './live-connection.ts'
import { plan as makePlan } from './options.ts'
import type { ConnectOptions, State } from './options.ts'
import type { Received, Sendable, ViewName } from './views.ts'
import type { Platform } from './wire.ts'

/** How a connection ended for good. */
export interface CloseInfo {
  readonly code: number
  readonly reason: string
  /** Null when it ended as one of the sides wished: closed by us, or by the other side with 1000 or no code. */
  readonly error: RefusedError | LostError | null
}

/** An open connection: send, read with `for await` or `onMessage`, close. */
export interface Connection<V extends ViewName = ViewName> extends AsyncIterable<Received[V]> {
  readonly url: string
  readonly view: V
  /** The sub-protocol that the server chose; empty when there is none. */
  readonly protocol: string
  readonly state: State['type']
  /** Never rejects. */
  readonly closed: Promise<CloseInfo>
  /**
   * Resolves when the message was handed over and there is room for the next: await it, and a slow server slows you
   * down. Rejects with a TypeError or RangeError for what the view can't carry, with an Error while not open. A
   * message handed over is not known to have arrived.
   */
  send(message: Sendable[V]): Promise<void>
  /** Hands queued and later messages to `listener` instead of the loop; it replaces an earlier listener. */
  onMessage(listener: (message: Received[V]) => void): void
  /** Round-trip time in ms. Rejects in browsers, which can't ping, and when the connection ends first. */
  ping(): Promise<number>
  /**
   * Says goodbye (1000 and no reason unless told), waits for the answer within `closeTimeoutMs`, and ends any
   * reconnecting. Messages on their way still arrive. The reason holds at most 123 bytes.
   */
  close(code?: number, reason?: string): Promise<CloseInfo>
}

/** Connects over the given platform; `connect` of the two entry points is this. @throws RefusedError, TypeError, RangeError */
export async function connectOver<V extends ViewName = 'payload'>(
  platform: Platform,
  url: string | URL,
  options: ConnectOptions<V> = {},
): Promise<Connection<V>> {
  options.signal?.throwIfAborted()
  const live = new LiveConnection(platform, makePlan(url, options), options.onState ?? (() => {}))
  const abort = () => live.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', abort)
  void live.closed.then(() => options.signal?.removeEventListener('abort', abort))
  await live.start()
  return live
}
