import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'

/** A directory that the gateway works in, and how to name it to whoever must mend it. */
interface Kind {
  readonly name: string
  readonly option: string
  readonly mode: number
}

/** Owner and group may enter and make sockets, others nothing (PROTOCOLS 1.1). */
export const RUN_DIR: Kind = { name: 'run dir', option: '--rundir', mode: 0o770 }
/** Ours alone. */
export const DATA_DIR: Kind = { name: 'data directory', option: '--data', mode: 0o700 }

/**
 * Makes a directory ready to use at start: created with its parents where it is missing, left as it is otherwise.
 * @throws Error with a sentence: what is wrong with which directory and what to do
 */
export function prepareDirectory(dir: string, kind: Kind): void {
  const { name, option, mode } = kind
  if (!isAbsolute(dir)) throw new Error(`the ${name} "${dir}" is not an absolute path; write it from "/" on`)
  if (!existsSync('/proc/self/fd'))
    throw new Error('sockgate needs Linux with /proc mounted to open services safely; mount it')
  try {
    create(dir, mode)
    if (!statSync(dir).isDirectory())
      throw new Error(`the ${name} ${dir} is not a directory; remove it or choose another with ${option}`)
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Error(trouble(dir, kind, error as NodeJS.ErrnoException), { cause: error })
  }
}

/** Parents first. Not Node's own `recursive`, which never returns where a directory can't be made, as in /proc. */
function create(dir: string, mode: number): void {
  if (existsSync(dir)) return
  create(dirname(dir), mode)
  mkdirSync(dir, { mode })
}

function trouble(dir: string, { name, option }: Kind, error: NodeJS.ErrnoException): string {
  const instead = `choose another with ${option}`
  switch (String(error.code)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `the ${name} ${dir} is not a directory, or a part of its path is none; remove what is there or ${instead}`
    case 'EACCES':
    case 'EPERM':
      return `the ${name} ${dir} can't be created or written by uid ${process.getuid?.()}; change its owner or ${instead}`
    case 'ENOENT':
      return `the ${name} ${dir} can't be created there; ${instead}`
    case 'EROFS':
      return `the ${name} ${dir} is on a read-only file system; ${instead}`
    case 'undefined':
      return error.message
    default:
      return `the ${name} ${dir} can't be used (${error.code}); ${instead}`
  }
}
