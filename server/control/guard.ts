import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'

import type { FastifyRequest } from 'fastify'

import { GateError } from '../../shared/causes.ts'
import type { HostRules } from '../transports/host.ts'
import { checkHost, checkOrigin } from '../transports/host.ts'
import { ApiError } from './problem.ts'

/** What the guard holds a request against. */
export interface GuardOptions {
  readonly hosts: readonly string[]
  /** Token of `SOCKGATE_ADMIN_TOKEN`; null when none is set. */
  readonly adminToken: string | null
  /** Whether the process at the other end belongs to our user; asked once per TCP or Unix connection. */
  credentials(socket: Socket): Promise<'local-user' | 'stranger'>
}

/**
 * The one check that every request passes first, for static files as for the API: asked under our name, not from
 * another site's page, by the local user or with the token, and with a body of a kind that a foreign form can't send.
 * @returns a function that throws GateError or ApiError when the request is refused
 */
export function guard(options: GuardOptions): (request: FastifyRequest) => Promise<void> {
  const peers = new WeakMap<Socket, Promise<'local-user' | 'stranger'>>()
  const expected = options.adminToken === null ? null : digest(options.adminToken)

  async function checkPeer(request: FastifyRequest): Promise<void> {
    const token = bearer(request.headers.authorization)
    if (token !== null && expected !== null && timingSafeEqual(digest(token), expected)) return
    const { socket } = request
    let peer = peers.get(socket)
    if (peer === undefined) {
      peer = options.credentials(socket)
      peers.set(socket, peer)
    }
    if ((await peer) === 'local-user') return
    throw new GateError(
      'unauthenticated',
      expected === null
        ? 'only programs of the user who runs the gateway may use this listener; set SOCKGATE_ADMIN_TOKEN to let others in'
        : 'send the admin token: Authorization: Bearer TOKEN (the value of SOCKGATE_ADMIN_TOKEN)',
    )
  }

  return async (request) => {
    const door: HostRules = { port: request.socket.localPort ?? null, hosts: options.hosts }
    const named = hostHeaders(request.raw.rawHeaders)
    checkHost(named, door)
    checkOrigin(request.headers.origin, named[0]!)
    checkMediaType(request)
    await checkPeer(request)
  }
}

/** Node keeps only the first of several Host headers; we refuse them. */
function hostHeaders(raw: readonly string[]): string[] {
  return raw.filter((_, i) => i % 2 === 1 && raw[i - 1]!.toLowerCase() === 'host')
}

function checkMediaType({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return
  const type = headers['content-type']
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (type === undefined ? !hasBody : /^application\/json\s*(;|$)/i.test(type)) return
  throw new ApiError('media-type', 'send the body as content-type: application/json')
}

function bearer(header: string | undefined): string | null {
  return /^Bearer ([!-~]+)$/i.exec(header ?? '')?.[1] ?? null
}

/** Equal length for the constant-time comparison, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
