import type { ConnectionInfo } from '../../shared/connection.ts'

/** A connection as the feed tells it, complete but for what a test cares about. */
export function connectionInfo(id: string, fields: Partial<ConnectionInfo> = {}): ConnectionInfo {
  return {
    id,
    service: 'pong',
    target: 'unix:pong',
    listener: 'ws://127.0.0.1:8080',
    peer: '127.0.0.1:52100',
    origin: null,
    user: null,
    rules: ['default-in'],
    policy: 1,
    codec: 'libipc',
    view: 'payload',
    state: 'open',
    openedAt: Date.now(),
    up: { messages: 0, bytes: 0 },
    down: { messages: 0, bytes: 0 },
    queued: { toClient: 0, toService: 0 },
    paused: { client: 0, service: 0 },
    pingMs: null,
    ending: null,
    ...fields,
  }
}
