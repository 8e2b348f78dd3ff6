import Sqlite from 'better-sqlite3'

import { StoreError } from './store.ts'

/**
 * What SQLite complains of, as a StoreError for whoever must mend it; anything else as it is.
 * @param file the database
 */
export function databaseError(error: unknown, file: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error
  return new StoreError(ofDatabase(error, file), { cause: error })
}

/** What the file system complains of, likewise. */
export function fileError(error: unknown, file: string): StoreError {
  return new StoreError(ofFile((error as NodeJS.ErrnoException).code ?? String(error), file), { cause: error })
}

const FULL = 'nothing was changed; make room and try again'
const DAMAGED = 'nothing was deleted; put back a backup of it, or move it away to begin with an empty one'

function ofDatabase({ code, message }: { readonly code: string; readonly message: string }, file: string): string {
  // Extended codes begin with the plain one: SQLITE_IOERR_WRITE.
  switch (code.split('_', 2).join('_')) {
    case 'SQLITE_FULL':
      return `the disk is full: ${file} can't grow; ${FULL}`
    case 'SQLITE_IOERR':
      return `${file} can't be read or written (${code}): nothing was changed; see whether its disk is full or has a fault`
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_AUTH':
      return `${file} is read-only: nothing was changed; make it and its directory writable for uid ${process.getuid?.()}`
    case 'SQLITE_CANTOPEN':
      return `${file} can't be opened: see that it is a file and that uid ${process.getuid?.()} may write to its directory`
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return `another program has locked ${file}: nothing was changed; end that program and try again`
    case 'SQLITE_NOTADB':
      return `${file} is not a database: ${DAMAGED}`
    case 'SQLITE_CORRUPT':
      return `${file} is damaged: ${DAMAGED}`
    default:
      return `${file} did not take the change (${message}): nothing was changed`
  }
}

function ofFile(code: string, file: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full: ${file} can't be written; ${FULL}`
    case 'EROFS':
      return `${file} is on a read-only file system: choose another data directory with --data`
    case 'EACCES':
    case 'EPERM':
      return `${file} can't be written by uid ${process.getuid?.()}: change its owner or choose another data directory with --data`
    case 'ENOENT':
    case 'ENOTDIR':
      return `${file} is not there: create its directory or choose another data directory with --data`
    default:
      return `${file} can't be used (${code}): choose another data directory with --data`
  }
}
