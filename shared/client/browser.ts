import { connectOver } from './connection.ts'
import type { Connection } from './connection.ts'
import type { ConnectOptions } from './options.ts'
import type { ViewName } from './views.ts'
import { webSocketPlatform } from './wire.ts'

export * from './client.ts'

/**
 * Connects a page to a service: `const pong = await connect('/pong')`. The same calls as in Node, except that browsers
 * let a page choose neither headers nor pings and keep the HTTP status of a refusal to themselves.
 * @throws RefusedError when it does not open; TypeError or RangeError for options that do not fit
 */
export function connect<V extends ViewName = 'payload'>(
  url: string | URL,
  options: ConnectOptions<V> = {},
): Promise<Connection<V>> {
  return connectOver(webSocketPlatform(globalThis.WebSocket), url, options)
}
