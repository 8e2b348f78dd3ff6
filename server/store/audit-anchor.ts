import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

import type { ChainHead } from './audit-chain.ts'
import { fileError } from './trouble.ts'

/**
 * Reads the entry that was last kept outside the log.
 * @returns a word for what is wrong when there is none
 * @throws StoreError when the file can't be read
 */
export function readAnchor(file: string): ChainHead | 'missing' | 'unreadable' {
  let text: string
  try {
    text = readFileSync(file, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing'
    throw fileError(error, file)
  }
  const [, seq, hash] = /^(\d{1,15}) ([0-9a-f]{64})\n$/.exec(text) ?? []
  return seq === undefined || hash === undefined ? 'unreadable' : { seq: Number(seq), hash }
}

/**
 * Replaces it: the old file or the new one is there at any moment, complete.
 * @returns false when it could not be written; the next time will do
 */
export function writeAnchor(file: string, { seq, hash }: ChainHead): boolean {
  const draft = `${file}.new`
  try {
    rmSync(draft, { force: true })
    const fd = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(fd, `${seq} ${hash}\n`)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(draft, file)
    return true
  } catch {
    return false
  }
}
