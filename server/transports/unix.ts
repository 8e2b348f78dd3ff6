import { connect } from 'node:net'
import type { Socket } from 'node:net'

import { GateError } from '../../shared/causes.ts'
import { openServiceSocket, openSocketAt, refusal } from './open-socket.ts'
import type { OpenSocket } from './open-socket.ts'
import type { DialOptions, Target, Transport } from './transport.ts'

/** Between two tries at a listener whose queue is full: the kernel says so at once and offers nothing to wait for. */
const RETRY_MIN_MS = 2
const RETRY_MAX_MS = 50

/**
 * Unix stream sockets: `unix:NAME` of the run dir, `unix:/absolute/path` anywhere. The run dir is opened anew for each
 * dial, since it may have been replaced; no name is ever used as a path.
 * @param rundir absolute path
 */
export function unix(rundir: string): Transport {
  return {
    name: 'unix',
    async dial(target, options) {
      options.signal.throwIfAborted()
      const socket = target.address.startsWith('/')
        ? openSocketAt(target.address)
        : openServiceSocket(rundir, target.address)
      try {
        return await connectPatiently(socket, describe(target), options)
      } finally {
        socket.close()
      }
    },
  }
}

/** Names a run dir service; a path is nothing that a client should read. */
function describe({ address }: Target): string {
  return address.startsWith('/') ? "the service's socket" : `"${address}"`
}

/** A full queue (EAGAIN) is not a refusal: tried again until the caller gives up. */
async function connectPatiently(target: OpenSocket, what: string, options: DialOptions): Promise<Socket> {
  for (let waitMs = RETRY_MIN_MS; ; waitMs = Math.min(RETRY_MAX_MS, waitMs * 2)) {
    try {
      return await connectOnce(target.path, options)
    } catch (error) {
      if (options.signal.aborted) throw givenUp(options.signal, what)
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw refusal(error as NodeJS.ErrnoException, what)
    }
    await pause(waitMs, options.signal)
    if (options.signal.aborted) throw givenUp(options.signal, what)
  }
}

function connectOnce(path: string, { onread, signal }: DialOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true, ...(onread && { onread: onread as never }) })
    socket.pause() // in this turn: otherwise the first bytes are read before anyone wants them
    const settle = (error: Error | null) => {
      signal.removeEventListener('abort', abort)
      socket.off('connect', connected).off('error', settle)
      if (error === null) return resolve(socket)
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    const connected = () => settle(null)
    const abort = () => settle(new Error('aborted'))
    signal.addEventListener('abort', abort, { once: true })
    socket.on('connect', connected).on('error', settle)
  })
}

/** Time-out signals carry an error of their own kind; any other reason is the caller's word and passed on. */
function givenUp(signal: AbortSignal, what: string): unknown {
  const reason: unknown = signal.reason
  if (!(reason instanceof Error) || reason.name !== 'TimeoutError') return reason
  return new GateError('upstream-timeout', `${what} takes no more connections: it did not accept in time`, {
    cause: reason,
  })
}

/** Resolves after a time or when the signal aborts, whichever is first. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
