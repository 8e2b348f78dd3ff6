import { readFileSync, statSync } from 'node:fs'

/** Whom a socket belongs to and who may use it; names are numbers where the machine has no name. */
export interface SocketFacts {
  readonly isSocket: boolean
  /** As `ls` would count them: `0600`. */
  readonly mode: string
  readonly owner: string
  readonly group: string
}

/** @throws Error of the file system when it can't be looked at */
export function socketFacts(path: string): SocketFacts {
  const stat = statSync(path)
  return {
    isSocket: stat.isSocket(),
    mode: (stat.mode & 0o777).toString(8).padStart(4, '0'),
    owner: userName(stat.uid),
    group: nameOf('/etc/group', stat.gid),
  }
}

/** By default whoever runs the gateway. */
export function userName(uid: number = process.getuid?.() ?? -1): string {
  return nameOf('/etc/passwd', uid)
}

/** Lines of a file of the system; none where there is no such file. */
export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // not on this kind of machine
  }
}

function nameOf(file: string, id: number): string {
  const line = linesOf(file).find((candidate) => candidate.split(':')[2] === String(id))
  return line?.split(':')[0] ?? String(id)
}
