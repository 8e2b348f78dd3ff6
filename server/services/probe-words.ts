import type { GateError } from '../../shared/causes.ts'
import { socketFacts, userName } from './socket-facts.ts'

/**
 * Why a probe failed, for those who run the gateway: with the particulars that clients are not told.
 * @param path absolute path of the socket
 */
export function probeWords({ code, message, cause }: GateError, path: string): string {
  const { code: errno, message: why = '' } = (cause ?? {}) as Partial<NodeJS.ErrnoException>
  if (/^(ENOENT|ENOTDIR)/.test(errno ?? why)) return `there is no socket at ${path}: is the service running?`
  if (errno === 'ECONNREFUSED') return 'refused: nobody listens on this socket; is the service running?'
  if (errno === 'EACCES' || errno === 'EPERM') return permission(path)
  // The words for clients are the same for all that can't be a service.
  return code === 'no-service' && why !== '' ? why : message
}

function permission(path: string): string {
  const us = `and the gateway runs as ${userName()}`
  try {
    const { mode, owner } = socketFacts(path)
    return `no permission: socket is ${mode} owned by ${owner}, ${us}`
  } catch {
    return `no permission: a directory above ${path} may not be entered, ${us}`
  }
}
