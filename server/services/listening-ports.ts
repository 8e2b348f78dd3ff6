import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

import { linesOf } from './socket-facts.ts'

/** A TCP port that takes connections from this machine. */
export interface ListeningPort {
  /** As in a URI: `127.0.0.1`, `[::1]`. */
  readonly host: string
  readonly port: number
  readonly uid: number
  /** Number of its socket, by which the process that holds it is found. */
  readonly inode: string
}

/** Processes looked into, and descriptors of each. */
const PROCESSES_MAX = 4096
const DESCRIPTORS_MAX = 1024

/** TCP_LISTEN. */
const LISTENS = '0A'

/** Ports that listen on loopback or everywhere, by number, each once. Nothing on machines without /proc. */
export function listeningPorts(): ListeningPort[] {
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => linesOf(file).slice(1))
  return readPorts(lines)
}

/** @param lines of /proc/net/tcp and tcp6 (proc(5)), IPv4 first */
export function readPorts(lines: readonly string[]): ListeningPort[] {
  const ports = new Map<number, ListeningPort>()
  for (const line of lines) {
    const [, local = '', , state, , , , uid, , inode = ''] = line.trim().split(/\s+/)
    const [address = '', hex = ''] = local.split(':')
    const host = state === LISTENS ? hostOf(address) : null
    const port = Number.parseInt(hex, 16)
    if (host !== null && !ports.has(port)) ports.set(port, { host, port, uid: Number(uid), inode })
  }
  return [...ports.values()].toSorted((a, b) => a.port - b.port)
}

const EVERYWHERE = /^(?:0{8}|0{32})$/
const LOOPBACK_6 = '00000000000000000000000001000000'
/** `::ffff:` in front of an IPv4 address. */
const MAPPED = /^0{16}FFFF0000/

/** Addresses are words of 32 bits in the machine's order, which is little-endian wherever this runs. */
function hostOf(address: string): string | null {
  if (EVERYWHERE.test(address)) return '127.0.0.1'
  if (address === LOOPBACK_6) return '[::1]'
  const bytes = Buffer.from(address.replace(MAPPED, ''), 'hex').reverse()
  return bytes.length === 4 && bytes[0] === 127 ? bytes.join('.') : null
}

/**
 * Names of the processes that hold sockets, by the sockets' numbers, as far as we may look: with one's own user, unless
 * that is root, only one's own. Everything else has its turn between two processes.
 */
export async function processNames(inodes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const wanted = new Set(inodes)
  if (wanted.size === 0) return names
  const processes = entriesOf('/proc').filter((name) => /^\d+$/.test(name))
  for (const pid of processes.slice(0, PROCESSES_MAX)) {
    for (const inode of socketsOf(pid)) {
      if (wanted.delete(inode)) names.set(inode, nameOf(pid))
    }
    if (wanted.size === 0) break
    await setImmediate()
  }
  return names
}

function socketsOf(pid: string): string[] {
  return entriesOf(`/proc/${pid}/fd`)
    .slice(0, DESCRIPTORS_MAX)
    .flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.slice(1) ?? []
      } catch {
        return [] // closed meanwhile
      }
    })
}

/** Nothing where it may not be read, or is gone. */
function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

function nameOf(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
  } catch {
    return `process ${pid}`
  }
}
