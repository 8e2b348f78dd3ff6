import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

import type { Candidate } from '../../shared/dashboard.ts'
import type { Service } from './service.ts'

/** Most of each kind. */
const SHOWN = 200

/**
 * What on this machine could be a service: the sockets of the run dir with who may use them, and TCP ports that listen
 * on loopback. Reads files only, and connects to nothing.
 * @param rundir absolute path
 */
export function candidates(services: readonly Service[], rundir: string): Candidate[] {
  const targets = new Set(services.map(({ target }) => target.uri))
  const known = services.filter(({ target }) => target.uri.startsWith('unix:')).slice(0, SHOWN)
  return [...known.map((service) => unixCandidate(service, rundir)), ...tcpCandidates(targets)]
}

function unixCandidate({ name, target }: Service, rundir: string): Candidate {
  const path = isAbsolute(target.address) ? target.address : join(rundir, target.address)
  return { name, target: target.uri, kind: 'unix', known: true, ...verdictOn(path) }
}

/** Who may use a socket, in words. */
export function verdictOn(path: string): Pick<Candidate, 'owner' | 'reachable' | 'verdict'> {
  try {
    const { mode, uid, gid } = statSync(path)
    const owner = nameOf('/etc/passwd', uid)
    const rights = `${(mode & 0o777).toString(8).padStart(4, '0')}, owned by ${owner}:${nameOf('/etc/group', gid)}`
    const reachable = writable(path)
    return {
      owner,
      reachable,
      verdict: reachable
        ? `${rights}: we may connect`
        : `${rights}: no permission for ${userName()}, who runs the gateway`,
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no socket at this path' : 'its directory may not be read'
    return { owner: '', reachable: false, verdict: why }
  }
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Of `/etc/passwd` or `/etc/group`; the number itself when it has no name. */
function nameOf(file: string, id: number): string {
  const line = linesOf(file).find((candidate) => candidate.split(':')[2] === String(id))
  return line?.split(':')[0] ?? String(id)
}

function userName(): string {
  return nameOf('/etc/passwd', process.getuid?.() ?? -1)
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // not on this kind of machine
  }
}

const LISTENS = '0A'
/** 127.0.0.1, 0.0.0.0, ::1 and :: as /proc/net/tcp writes them (proc(5)): in words of 32 bits, in the machine's order. */
const LOCAL = /^(?:0100007F|00000000|00000000000000000000000001000000|0{32})$/

function tcpCandidates(targets: ReadonlySet<string>): Candidate[] {
  const ports = new Map<number, number>()
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of linesOf(file).slice(1)) {
      const [, local = '', , state, , , , uid] = line.trim().split(/\s+/)
      const [address = '', port = ''] = local.split(':')
      if (state === LISTENS && LOCAL.test(address)) ports.set(Number.parseInt(port, 16), Number(uid))
    }
  }
  return [...ports]
    .toSorted(([a], [b]) => a - b)
    .slice(0, SHOWN)
    .map(([port, uid]): Candidate => {
      const target = `tcp://127.0.0.1:${port}`
      return {
        name: `tcp-${port}`,
        target,
        kind: 'tcp',
        owner: nameOf('/etc/passwd', uid),
        reachable: false,
        verdict: `port ${port} listens; this version reaches services on Unix sockets only`,
        known: targets.has(target),
      }
    })
}
