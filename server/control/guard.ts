import type { FastifyRequest } from 'fastify'

import { ROLES } from '../../shared/api.ts'
import type { Role } from '../../shared/api.ts'
import { GateError } from '../../shared/causes.ts'
import type { Identity } from '../accounts/desk.ts'
import { checkHost, checkOrigin } from '../transports/host.ts'
import type { ControlDeps } from './deps.ts'
import { identifier } from './identify.ts'
import { byOf, doorOf } from './identity.ts'
import type { Permission } from './permissions.ts'
import { ApiError } from './problem.ts'

/** Longest path that an audit entry repeats. */
const OBJECT_MAX = 200

/**
 * The one check that every request passes first: asked under our name, not by another site's page, with a body of a kind
 * that a foreign form can't send, from where the policy allows it, by somebody who may. Sets `identity` and `door`.
 * @param local whether this is the instance on `admin.sock`, which the policy never closes
 * @returns a function that throws GateError or ApiError when the request is refused
 */
export function guard(deps: ControlDeps, local: boolean): (request: FastifyRequest) => Promise<void> {
  const identify = identifier(deps, local)

  async function checkWho(request: FastifyRequest, needed: Permission): Promise<void> {
    const stranger = local ? null : deps.judgeAdmin((request.door = doorOf(request)))
    if (stranger !== null && stranger.code !== 'unauthenticated') throw stranger
    if (needed === 'anyone' && !request.url.startsWith('/api/')) return // the page's files: nothing to know
    request.identity = await identify(request)
    if (request.identity === null) {
      if (needed !== 'anyone') throw notSignedIn(deps)
      return
    }
    checkPolicy(request, request.identity)
    checkRole(request, request.identity, needed)
  }

  /** Once more for whoever it turned out to be: rules may name users and groups. */
  function checkPolicy(request: FastifyRequest, { user, by }: Identity): void {
    if (by === 'local' || request.door === null) {
      request.door = null
      return
    }
    const groups = deps.accounts.users().find(({ name }) => name === user)?.groups ?? []
    request.door = { ...request.door, user, groups }
    const refusal = deps.judgeAdmin(request.door)
    if (refusal !== null) throw refusal
  }

  function checkRole(request: FastifyRequest, { user, role }: Identity, needed: Permission): void {
    if (needed === 'anyone' || rank(role) >= rank(needed)) return
    const object = `${request.method} ${request.url.split('?', 1)[0]!}`.slice(0, OBJECT_MAX)
    deps.audit.append({
      ...actorOf(user, request),
      action: 'access.refused',
      object,
      result: 'refused',
      detail: `needs the role ${needed}, has ${role}`,
    })
    throw new ApiError('role-needed', `this needs the role ${needed}; ${user} has the role ${role}`)
  }

  return async (request) => {
    const named = hostHeaders(request.raw.rawHeaders)
    checkHost(named, { port: request.socket.localPort ?? null, hosts: deps.hosts })
    checkOrigin(request.headers.origin, named[0]!)
    checkSite(request)
    checkMediaType(request)
    await checkWho(request, request.routeOptions.config.permission ?? 'anyone')
  }
}

function actorOf(actor: string, request: FastifyRequest) {
  const { from, requestId } = byOf(request)
  return { actor, from, requestId }
}

const rank = (role: Role) => ROLES.indexOf(role)

function notSignedIn({ accounts, adminToken }: ControlDeps): Error {
  if (accounts.needsSetup) {
    return new ApiError(
      'setup-needed',
      'there is no administrator yet: open the page and use the one-time token that the gateway printed at its start',
    )
  }
  const other = adminToken === null ? '' : ' (SOCKGATE_ADMIN_TOKEN, or one made with "sockgate token add")'
  return new GateError('unauthenticated', `sign in, or send a token${other}: Authorization: Bearer TOKEN`)
}

/** Node keeps only the first of several Host headers; we refuse them. */
function hostHeaders(raw: readonly string[]): string[] {
  return raw.filter((_, i) => i % 2 === 1 && raw[i - 1]!.toLowerCase() === 'host')
}

/**
 * Refuses what another site's page makes a browser send without an `Origin`, such as an image (Fetch Metadata). Another
 * port of this machine is the same site to cookies, so that counts as another. Following a link to the page is allowed.
 */
function checkSite({ method, headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return
  if ((method === 'GET' || method === 'HEAD') && headers['sec-fetch-mode'] === 'navigate') return
  throw new GateError('origin-refused', 'pages of another origin may not use this listener')
}

function checkMediaType({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return
  const type = headers['content-type']
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (type === undefined ? !hasBody : /^application\/json(\s*;\s*charset="?utf-8"?)?$/i.test(type)) return
  throw new ApiError('media-type', 'send the body as content-type: application/json')
}
