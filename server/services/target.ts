import { isAbsolute, normalize } from 'node:path'

import { checkServiceName } from '../../shared/service-name.ts'
import { checkPathLength } from '../transports/open-socket.ts'
import type { Target } from '../transports/transport.ts'

/** A service definition that can't be used; the message is a sentence that says what to write instead. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
}

const SUPPORTED = 'supported are unix:NAME (a socket of the run dir) and unix:/absolute/path'

/**
 * Reads the URI of a target as an administrator writes it (CONTRACT 3): `unix:NAME`, `unix://NAME` and `unix:///NAME`
 * name a socket of the run dir, `unix:/absolute/path` (one slash) is a path.
 * @returns in the shortest spelling; `address` starts with `/` only for a path
 * @throws ServiceError
 */
export function parseTarget(uri: string): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]
  if (scheme === undefined) throw new ServiceError(`${quote(uri)} is no target: it has no scheme; ${SUPPORTED}`)
  if (scheme !== 'unix') throw new ServiceError(`targets with ${quote(`${scheme}:`)} are not supported; ${SUPPORTED}`)
  const rest = uri.slice('unix:'.length)
  return rest.startsWith('/') && !rest.startsWith('//') ? pathTarget(rest) : nameTarget(rest.replace(/^\/\/\/?/, ''))
}

function nameTarget(name: string): Target {
  const wrong = checkServiceName(name)
  if (wrong !== null) throw new ServiceError(`${quote(name)} is no service of the run dir: ${wrong}`)
  return { uri: `unix:${name}`, address: name }
}

function pathTarget(path: string): Target {
  if (!isAbsolute(path) || /\p{Cc}/u.test(path))
    throw new ServiceError(`${quote(path)} is no path of visible characters`)
  const plain = normalize(path)
  if (plain.endsWith('/')) throw new ServiceError(`${quote(path)} is a directory, not a socket; ${SUPPORTED}`)
  const tooLong = checkPathLength(plain)
  if (tooLong !== null) throw new ServiceError(`${quote(path)} can't be a socket: ${tooLong}`)
  return { uri: `unix:${plain}`, address: plain }
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

/** A name that an administrator defines: as any service's, and not where the gateway itself answers. @throws ServiceError */
export function checkDefinedName(name: string): void {
  const wrong = checkServiceName(name)
  if (wrong !== null) throw new ServiceError(`${quote(name)} can't be a service: ${wrong}`)
}
