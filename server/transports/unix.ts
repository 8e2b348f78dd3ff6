import { connect } from 'node:net'
import type { Socket } from 'node:net'

import { GateError } from '../../shared/causes.ts'
import { openServiceSocket, openSocketAt, refusal } from './open-socket.ts'
import type { DialOptions, Transport } from './transport.ts'

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
    async dial({ address }, options) {
      if (address.startsWith('/')) return dialPath(address, options)
      const socket = openServiceSocket(rundir, address)
      try {
        return await connectPatiently(socket.path, `"${address}"`, options)
      } finally {
        socket.close()
      }
    },
  }
}

/** A path that an administrator gave is trusted as it is; only after a failure is it looked at, to say what is wrong. */
async function dialPath(path: string, options: DialOptions): Promise<Socket> {
  try {
    return await connectPatiently(path, "the service's socket", options)
  } catch (error) {
    if (!options.signal.aborted) openSocketAt(path).close()
    throw error
  }
}

/** A full queue (EAGAIN) is not a refusal: tried again until the caller gives up. */
async function connectPatiently(path: string, what: string, options: DialOptions): Promise<Socket> {
  for (let waitMs = RETRY_MIN_MS; ; waitMs = Math.min(RETRY_MAX_MS, waitMs * 2)) {
    try {
      return await connectOnce(path, options)
    } catch (error) {
      if (options.signal.aborted) throw givenUp(options.signal, what)
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw refusal(error as NodeJS.ErrnoException, what)
    }
    await pause(waitMs, options.signal)
    if (options.signal.aborted) throw givenUp(options.signal, what)
  }
}

/**
 * One connect(2), which a Unix socket answers at once, so there is nothing to abort; the signal is looked at only where
 * there is something to wait for, as making one takes longer than the call.
 */
function connectOnce(path: string, { onread }: DialOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true, ...(onread && { onread: onread }) })
    socket.pause() // in this turn: otherwise the first bytes are read before anyone wants them
    const refused = (error: Error): void => {
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    socket.once('error', refused).once('connect', () => {
      socket.off('error', refused)
      resolve(socket)
    })
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
