import { Buffer } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readlinkSync, realpathSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { relative } from 'node:path'

import { GateError } from '../../shared/causes.ts'
import { checkServiceName, noService } from '../../shared/service-name.ts'

/** Names a file without opening it: no device or pipe notices, no permission to read is needed. */
const O_PATH = 0o10000000
const O_DIRECTORY = constants.O_DIRECTORY | O_PATH
const O_ENTRY = constants.O_NOFOLLOW | O_PATH

/** `sun_path` less the closing zero (PROTOCOLS 0, rule 5). */
export const SOCKET_PATH_MAX = 107
/** Links followed in one name. */
const LINKS_MAX = 8

/** A socket held by descriptor: whatever happens to its name meanwhile, `path` is this very socket. */
export interface OpenSocket {
  /** For connect(2), valid until `close`. */
  readonly path: string
  close(): void
}

/**
 * Finds the socket of a service below the run dir, race-free (SECURITY T21): each directory is opened relative to the
 * one before and nothing is looked up twice. Links are followed as long as they stay inside.
 * @param root the run dir, absolute
 * @param name as the client gave it, unchecked
 * @throws GateError no-service, upstream-refused or no-descriptors; no descriptor stays open then
 */
export function openServiceSocket(root: string, name: string): OpenSocket {
  const wrong = checkServiceName(name)
  if (wrong !== null) throw noService(wrong)
  const tooLong = checkPathLength(`${root.replace(/\/$/, '')}/${name}`)
  if (tooLong !== null) throw noService(tooLong)
  const what = `"${name}"`
  const rootFd = attempt('the run dir', () => openSync(root, O_DIRECTORY))
  try {
    return walk(rootFd, name, what)
  } finally {
    closeSync(rootFd)
  }
}

/**
 * Opens the socket at a path that an administrator gave; links are followed.
 * @throws GateError upstream-refused or no-descriptors, without the path: clients see the sentence
 */
export function openSocketAt(path: string): OpenSocket {
  const what = "the service's socket"
  const tooLong = checkPathLength(path)
  if (tooLong !== null) throw new GateError('upstream-refused', tooLong)
  try {
    return asSocket(
      attempt(what, () => openSync(path, O_PATH)),
      what,
    )
  } catch (error) {
    if (error instanceof GateError && error.code === 'no-service') {
      throw new GateError('upstream-refused', `${what} does not exist; is the service running?`, { cause: error.cause })
    }
    throw error
  }
}

/** Whether a socket can have this path. @returns null, or a sentence with the length and the limit */
export function checkPathLength(path: string): string | null {
  const bytes = Buffer.byteLength(path)
  if (bytes <= SOCKET_PATH_MAX) return null
  return `a socket path has at most ${SOCKET_PATH_MAX} bytes, with this name it would have ${bytes}`
}

/** From the root down, starting over on the real path when a part is a link. */
function walk(rootFd: number, name: string, what: string): OpenSocket {
  let path = name
  for (let links = 0; links <= LINKS_MAX; links++) {
    const found = descend(rootFd, path.split('/'), what)
    if (found !== null) return found
    path = resolveInside(rootFd, path, what)
  }
  throw new GateError('upstream-refused', `${what} leads through more than ${LINKS_MAX} links`)
}

/** Follows the parts without following links. @returns null when one is a link */
function descend(rootFd: number, parts: readonly string[], what: string): OpenSocket | null {
  let parent = rootFd
  try {
    for (const [index, part] of parts.entries()) {
      const fd = attempt(what, () => openSync(`/proc/self/fd/${parent}/${part}`, O_ENTRY))
      if (index === parts.length - 1) return asSocket(fd, what, true)
      if (parent !== rootFd) closeSync(parent)
      parent = fd
      const stat = fstatSync(fd)
      if (stat.isSymbolicLink()) return null
      if (!stat.isDirectory()) throw noService(`"${part}" in ${what} is no directory`)
    }
    return null
  } finally {
    if (parent !== rootFd) closeSync(parent)
  }
}

function asSocket(fd: number, what: string): OpenSocket
function asSocket(fd: number, what: string, linkIsNull: true): OpenSocket | null
/** Keeps the descriptor if it is a socket's, closes it otherwise. */
function asSocket(fd: number, what: string, linkIsNull = false): OpenSocket | null {
  const stat = fstatSync(fd)
  if (stat.isSocket()) return { path: `/proc/self/fd/${fd}`, close: () => closeSync(fd) }
  closeSync(fd)
  if (linkIsNull && stat.isSymbolicLink()) return null
  throw new GateError('upstream-refused', `${what} is not a socket but ${kindOf(stat)}`)
}

/** The real path of a name that holds a link, relative to the root again. */
function resolveInside(rootFd: number, path: string, what: string): string {
  const root = readlinkSync(`/proc/self/fd/${rootFd}`)
  const real = attempt(what, () => realpathSync.native(`/proc/self/fd/${rootFd}/${path}`))
  const inside = root === '/' ? '/' : `${root}/`
  if (!real.startsWith(inside))
    throw new GateError('upstream-refused', `${what} is a link that leads out of the run dir`)
  return relative(root, real)
}

/** Runs one file system call; what it throws becomes the sentence that fits. */
function attempt<T>(what: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw refusal(error as NodeJS.ErrnoException, what)
  }
}

/** Why a socket could not be opened or connected to. */
export function refusal(error: NodeJS.ErrnoException, what: string): GateError {
  const options = { cause: error }
  switch (String(error.code)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return noService(error.message)
    case 'EACCES':
    case 'EPERM':
      return new GateError('upstream-refused', `the gateway has no permission to open ${what}`, options)
    case 'ELOOP':
      return new GateError('upstream-refused', `${what} is a link that leads in a circle`, options)
    case 'ECONNREFUSED':
      return new GateError('upstream-refused', `nothing listens on ${what} any more`, options)
    case 'EPROTOTYPE':
      return new GateError('upstream-refused', `${what} is a socket of another kind, not a stream`, options)
    case 'EMFILE':
    case 'ENFILE':
      return new GateError('no-descriptors', 'the gateway has no file descriptor left for another connection', options)
    default:
      return new GateError('upstream-refused', `${what} can't be reached (${error.code ?? error.message})`, options)
  }
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a directory'
  if (stat.isFIFO()) return 'a pipe'
  if (stat.isFile()) return 'a file'
  return 'a device'
}
