import type { FastifyRequest } from 'fastify'

import { unknownRequest } from '../../shared/policy/request.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import type { By, Identity } from '../accounts/desk.ts'
import type { Actor } from '../policy/desk.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, as the guard found out; null on routes for anyone, when nobody known asks. */
    identity: Identity | null
    /** The request as the rules for `-/admin` see it; null for who can't be locked out. */
    door: ConnectionRequest | null
  }
}

/** The service name under which the policy judges the admin listener. */
const ADMIN_SERVICE = '-/admin'

/** Who asks, on a route that is not for anyone. @throws Error when it is: a bug */
export function identityOf({ identity }: FastifyRequest): Identity {
  if (identity === null) throw new Error('bug: this route has no identity')
  return identity
}

/** Who changes the policy. */
export function actorOf(request: FastifyRequest): Actor {
  return { ...byOf(request), door: request.door }
}

/** Who did it, for the audit log; `-` before anybody signed in. */
export function byOf(request: FastifyRequest): By {
  return { name: request.identity?.user ?? '-', from: request.socket.remoteAddress ?? 'local', requestId: request.id }
}

/** A request to the admin listener's TCP side as the rules see it. */
export function doorOf(request: FastifyRequest): ConnectionRequest {
  const { remoteAddress, remotePort, localAddress = '', localPort } = request.socket
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress
  return {
    ...unknownRequest('in', ADMIN_SERVICE),
    id: request.id,
    listener: `http://${host}:${localPort ?? 0}`,
    scheme: 'http',
    source: remoteAddress === undefined ? null : { address: remoteAddress, port: remotePort ?? 0 },
    origin: request.headers.origin ?? null,
  }
}
