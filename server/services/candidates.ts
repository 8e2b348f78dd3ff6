import { accessSync, constants, realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

import type { Candidate } from '../../shared/dashboard.ts'
import { listeningPorts, processNames } from './listening-ports.ts'
import type { ListeningPort } from './listening-ports.ts'
import type { Service } from './service.ts'
import { socketFacts, userName } from './socket-facts.ts'

/** Most of each kind. */
const SHOWN = 200

export interface CandidateSources {
  readonly services: readonly Service[]
  /** Absolute path. */
  readonly rundir: string
  /** Ports of the gateway itself, which serve nobody behind it. */
  readonly ownPorts: ReadonlySet<number>
}

/**
 * What on this machine could be a service: the sockets of the run dir with who may use them, then TCP ports that listen
 * on loopback. Reads files only, and connects to nothing.
 */
export async function candidates({ services, rundir, ownPorts }: CandidateSources): Promise<Candidate[]> {
  const known = new Set(services.map(({ target }) => target.uri))
  const unix = services.filter(({ target }) => target.uri.startsWith('unix:')).slice(0, SHOWN)
  const ports = listeningPorts()
    .filter(({ port }) => !ownPorts.has(port))
    .slice(0, SHOWN)
  const names = await processNames(ports.map(({ inode }) => inode))
  return [
    ...unix.map((service) => unixCandidate(service, rundir)),
    ...ports.map((port) => tcpCandidate(port, names.get(port.inode), known)),
  ]
}

function unixCandidate({ name, target }: Service, rundir: string): Candidate {
  const inside = !isAbsolute(target.address)
  const path = inside ? join(rundir, target.address) : target.address
  return { name, target: target.uri, kind: 'unix', known: true, ...verdictOn(path, inside ? rundir : null) }
}

/**
 * Who may use a socket, in words.
 * @param within the directory that links may not leave; null when they may lead anywhere
 */
export function verdictOn(
  path: string,
  within: string | null = null,
): Pick<Candidate, 'owner' | 'reachable' | 'verdict'> {
  try {
    const { isSocket, mode, owner, group } = socketFacts(path)
    const no = (verdict: string) => ({ owner, reachable: false, verdict })
    if (!isSocket) return no('what is at this path is not a socket')
    if (within !== null && leaves(path, within)) return no('path is a link that leaves the directory: not followed')
    const rights = `${mode}, owned by ${owner}:${group}`
    if (!writable(path)) return no(`${rights}: no permission for ${userName()}, who runs the gateway`)
    return { owner, reachable: true, verdict: `${rights}: we may connect` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no socket at this path' : 'its directory may not be read'
    return { owner: '', reachable: false, verdict: why }
  }
}

function leaves(path: string, dir: string): boolean {
  return !realpathSync.native(path).startsWith(join(realpathSync.native(dir), '/'))
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function tcpCandidate({ host, port, uid }: ListeningPort, process: string | undefined, known: ReadonlySet<string>) {
  const target = `tcp://${host}:${port}`
  return {
    name: `tcp-${port}`,
    target,
    kind: 'tcp',
    owner: process ?? userName(uid),
    reachable: false,
    verdict: `port ${port} listens; TCP targets are not supported yet, only Unix sockets`,
    known: known.has(target),
  } satisfies Candidate
}
