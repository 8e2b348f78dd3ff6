import type { IncomingMessage } from 'node:http'

import { WebSocket } from 'ws'

import { connectOver } from '../shared/client/connection.ts'
import type { Connection } from '../shared/client/connection.ts'
import { LostError, RefusedError } from '../shared/client/errors.ts'
import type { Problem } from '../shared/client/errors.ts'
import type { ConnectOptions, Plan } from '../shared/client/options.ts'
import type { ViewName } from '../shared/client/views.ts'
import type { Platform, Wire, WireEvents } from '../shared/client/wire.ts'

export * from '../shared/client/client.ts'

/**
 * Connects to a service: `const pong = await connect('ws://127.0.0.1:8080/pong')`; for a gateway on a local socket
 * `ws+unix:///path/to.sock:/pong`. Refusals carry the HTTP status and the problem body.
 * @throws RefusedError when it does not open; TypeError or RangeError for options that do not fit
 */
export function connect<V extends ViewName = 'payload'>(
  url: string | URL,
  options: ConnectOptions<V> = {},
): Promise<Connection<V>> {
  return connectOver(platform, url, options)
}

const platform: Platform = {
  // The gateway treats whoever sends an Origin as a browser.
  refusesByClosing: (plan) => 'origin' in headersOf(plan),
  dial,
}

/** Longest problem body read, in bytes. */
const PROBLEM_MAX = 64 * 1024

function dial(plan: Plan<ViewName>, events: WireEvents): Wire {
  const socket = new WebSocket(plan.url, [...plan.protocols], {
    headers: headersOf(plan) as Record<string, string>, // several values for one name are fine with node:http
    maxPayload: plan.maxMessageBytes,
    perMessageDeflate: false,
    ...(plan.insecure && { rejectUnauthorized: false }),
  })
  let failure: RefusedError | LostError | null = null
  let opened = false
  let waiting: (() => void)[] = []
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  const refuse = async (response: IncomingMessage) => {
    failure = await refusalOf(response, plan.url)
    socket.terminate()
  }

  socket.on('open', () => {
    opened = true
    events.open()
  })
  socket.on('message', (data: Buffer, binary) => {
    events.message(binary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data.toString())
  })
  socket.on('unexpected-response', (_request, response) => {
    void refuse(response)
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= opened ? broken(error, plan) : unopened(error, plan)
  })
  socket.on('close', (code, reason) => {
    events.close({ code, reason: reason.toString(), error: failure })
    wake()
  })

  return {
    get protocol() {
      return socket.protocol
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    get closing() {
      return socket.readyState >= WebSocket.CLOSING
    },
    send: (frame) => socket.send(frame, wake),
    async whenRoom(bytes) {
      while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > bytes) {
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    pause() {
      socket.pause()
      return true
    },
    resume: () => socket.resume(),
    ping: () => ping(socket),
  }
}

/** Header names in lower case; the token's own header wins over one given by hand. */
function headersOf({ headers, origin, token }: Plan<ViewName>): Record<string, string | string[]> {
  const given = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === 'string' ? value : [...value],
  ])
  return {
    ...(Object.fromEntries(given) as Record<string, string | string[]>),
    ...(origin !== null && { origin }),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }
}

let pings = 0

/** Each ping has content of its own, so that a late answer is not taken for the next one's. */
function ping(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const content = `sockgate-${++pings}`
    const leave = () => {
      socket.off('pong', answer)
      socket.off('close', end)
    }
    const answer = (data: Buffer) => {
      if (data.toString() !== content) return
      leave()
      resolve(performance.now() - began)
    }
    const end = () => {
      leave()
      reject(new Error('The connection ended before the ping was answered'))
    }
    socket.on('pong', answer)
    socket.on('close', end)
    socket.ping(content)
  })
}

async function refusalOf(response: IncomingMessage, url: string): Promise<RefusedError> {
  const status = response.statusCode ?? 0
  const { location } = response.headers
  const requestId = [response.headers['x-request-id']].flat()[0]
  if (status >= 300 && status < 400 && location) {
    return RefusedError.byStatus(
      status,
      null,
      `The server sends us on to ${new URL(location, url).href}; connect there`,
    )
  }
  const problem = problemOf(await readStart(response))
  if (status === 200) return RefusedError.byStatus(status, problem, 'The server answered with a page, not a WebSocket')
  return RefusedError.byStatus(status, problem, response.statusMessage || `HTTP status ${status}`, requestId)
}

/** The first bytes of a body; a body cut short is good enough for a refusal. */
async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > PROBLEM_MAX) break
    }
  } catch {
    // What came so far is used; the refusal itself is known from the status.
  }
  return Buffer.concat(chunks).toString()
}

/** The members of a problem body that have the right type; null when it is none. */
function problemOf(body: string): Problem | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const texts = ['type', 'title', 'detail', 'code', 'requestId']
  const sound = Object.entries(value).filter(([name, member]) =>
    name === 'status' ? typeof member === 'number' : texts.includes(name) && typeof member === 'string',
  )
  return Object.fromEntries(sound)
}

/** What a failure to open means, by the system's or the library's word for it. */
function unopened(error: NodeJS.ErrnoException, plan: Plan<ViewName>): RefusedError {
  const cause = firstOf(error)
  const place = placeOf(plan.url)
  const says: Record<string, string> = {
    ECONNREFUSED: `Nobody listens at ${place}`,
    ENOENT: `There is no socket at ${place}`,
    EACCES: `No permission to connect to ${place}`,
    ENOTFOUND: `There is no host of that name: ${place}`,
    EAI_AGAIN: `The name ${place} could not be looked up`,
    EHOSTUNREACH: `There is no way to ${place}`,
    ENETUNREACH: `There is no way to ${place}`,
    ETIMEDOUT: `No answer from ${place}`,
    ECONNRESET: `${place} broke off during the handshake`,
    EPROTO: `${place} does not speak TLS`,
    DEPTH_ZERO_SELF_SIGNED_CERT: `The certificate of ${place} is self-signed`,
    SELF_SIGNED_CERT_IN_CHAIN: `The certificate of ${place} comes from an unknown authority`,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: `The certificate of ${place} comes from an unknown authority`,
    CERT_HAS_EXPIRED: `The certificate of ${place} has expired`,
  }
  const asked = plan.protocols.join(', ')
  const phrases: Record<string, string> = {
    'Server sent no subprotocol': `The server knows none of the sub-protocols asked for (${asked})`,
    'socket hang up': `${place} broke off during the handshake`,
  }
  const final = error.message.includes('ubprotocol') || error.message.startsWith('Invalid') || isCertificate(cause.code)
  const reason = phrases[error.message] ?? says[cause.code ?? ''] ?? error.message
  return new RefusedError({ reason, retry: !final && !['EACCES', 'EPROTO'].includes(cause.code ?? ''), cause: error })
}

/** What ended an open connection, where `ws` or the system has a word for it. */
function broken(error: NodeJS.ErrnoException, plan: Plan<ViewName>): LostError {
  const { code = '', message } = error
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return new LostError(1009, `A message came that is longer than ${plan.maxMessageBytes} bytes`, { cause: error })
  }
  if (code === 'WS_ERR_INVALID_UTF8')
    return new LostError(1007, 'A text message came that is not UTF-8', { cause: error })
  if (code.startsWith('WS_ERR_')) return new LostError(1002, message, { cause: error })
  return new LostError(1006, code === 'ECONNRESET' ? 'The other side reset the connection' : message, { cause: error })
}

function isCertificate(code: string | undefined): boolean {
  return /CERT|SIGNATURE/.test(code ?? '')
}

/** A host with several addresses fails with one error for each. */
function firstOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error
}

function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return protocol === 'ws+unix:' ? pathname.split(':')[0]! : host
}
