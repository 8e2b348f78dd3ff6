import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** `TCP_ESTABLISHED`, as /proc writes it. Other states are not asked: sockets without a process are listed as root's. */
const ESTABLISHED = '01'

/**
 * The user who owns the client's end of a TCP connection over loopback (the admin listener asks: same user only).
 * Reads /proc/net, which lists a connection's both ends: the client's is the one whose local address is our peer.
 * @param address the client's, as Node shows it: `127.0.0.1`, `::1`, `::ffff:127.0.0.1`
 * @param port the client's port
 * @param localPort the port that it connected to
 * @returns null when there is no such connection any more, its owner is not certain, or /proc does not tell
 */
export async function uidOfLoopbackPeer(address: string, port: number, localPort: number): Promise<number | null> {
  const wanted = listedForms(address)
  if (wanted.length === 0) return null
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  )
  const uids = new Set<number>()
  for (const table of tables) {
    for (const line of table.split('\n')) {
      const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/)
      if (local === undefined || remote === undefined || state !== ESTABLISHED || inode === '0') continue
      if (!wanted.some((form) => local === `${form}:${hexPort(port)}`)) continue
      if (remote.endsWith(`:${hexPort(localPort)}`)) uids.add(Number(uid))
    }
  }
  // Two users may hold the same port towards different loopback addresses: then it's not known who this is.
  const [uid] = uids
  return uids.size === 1 && uid !== undefined ? uid : null
}

/** Loopback addresses in the kernel's spelling: 32-bit words in host (little-endian) order. None for any other address. */
function listedForms(address: string): string[] {
  if (address === '::1') return [`${'0'.repeat(24)}01000000`]
  const plain = address.replace(/^::ffff:/i, '')
  if (isIP(plain) !== 4 || !plain.startsWith('127.')) return []
  const word = plain
    .split('.')
    .toReversed()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('')
  return [word, `${'0'.repeat(16)}FFFF0000${word}`]
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
