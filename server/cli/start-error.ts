import { PolicyError } from '../../shared/policy/document.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/problem.ts'
import { CliError } from './shell.ts'
import { problemLine } from './trouble.ts'

interface SystemError extends Error {
  readonly code: string
  readonly syscall?: string
  readonly path?: string
  readonly address?: string
  readonly port?: number
}

/**
 * Why the gateway could not start, as a sentence: what, where, and what to do. Status 2 for whatever the administrator
 * can put right; anything else that was thrown is a bug and comes back as it is.
 */
export function explainStart(error: unknown, config: Config): unknown {
  if (error instanceof ConfigError) return new CliError(error.message, 2, { cause: error })
  if (isSystemError(error)) {
    const sentence =
      error.syscall === 'listen' || error.syscall === 'bind' ? listenTrouble(error, config) : fileTrouble(error)
    return new CliError(sentence, 2, { cause: error })
  }
  if (error instanceof PolicyError) {
    const { policyFile } = config
    const what =
      policyFile === null
        ? 'the policy cannot be used with these options'
        : `--policy: ${policyFile} is no policy that can be used`
    return new CliError([`${what}:`, ...error.problems.map(problemLine)].join('\n'), 2, { cause: error })
  }
  // Sentences are thrown as plain errors, and by the policy (its tests fail, say) as refusals; a TypeError and its like are bugs.
  if (!(error instanceof Error) || (error.constructor !== Error && error.name !== 'PolicyRefusal')) return error
  const inData = error.message.includes(`${config.data}/`)
  const advice = inData ? ' (each gateway needs a data directory of its own: --data DIR)' : ''
  return new CliError(error.message + advice, 2, { cause: error })
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}

function listenTrouble({ code, address = '', port, message }: SystemError, config: Config): string {
  const network = port !== undefined && port >= 0
  const isAdmin = network && config.admin?.port === port
  const host = address.includes(':') && network ? `[${address}]` : address
  const other = isAdmin ? `--admin ${host}:0` : network ? `--listen ws://${host}:0` : '--listen ws+unix:///PATH'
  const place = network ? `port ${port} on ${address}` : address
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is taken: stop the other program or choose ${other}`
    case 'EACCES':
      return network && port < 1024
        ? `${place} may only be used by root: choose a port from 1024 up, such as ${other}`
        : `${place} may not be used by this user: choose another with ${other}`
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine: choose one that is, with ${isAdmin ? '--admin' : '--listen'}`
    case 'ENOENT':
      return `the directory of ${address} does not exist: create it or choose another with ${other}`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name to listen on has no address (${message}): write an address in its place`
    default:
      return `cannot listen on ${place} (${code}): choose another with ${other}`
  }
}

function fileTrouble({ code, path, message }: SystemError): string {
  const where = path ?? 'a file'
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${where} may not be written by this user: change its owner, or choose another place with --data or --rundir`
    case 'EROFS':
      return `${where} is on a read-only file system: choose another place with --data or --rundir`
    case 'ENOSPC':
      return `there is no space left for ${where}: free some, or choose another place with --data or --rundir`
    case 'EEXIST':
    case 'ENOTDIR':
      return `${where} is in the way, as it is not a directory: remove it, or choose another place with --data or --rundir`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name to listen on has no address (${message}): write an address in its place`
    default:
      return `cannot start: ${message}`
  }
}
