import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Lines kept between runs. */
export const HISTORY_MAX = 1000

/** The typed lines of earlier runs, newest first; none when there is no file or it can't be read. */
export function loadHistory(file: string | null): string[] {
  if (!file) return []
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).toReversed().slice(0, HISTORY_MAX)
  } catch {
    return []
  }
}

/**
 * Writes the lines (newest first), readable by their owner alone, for messages may be secrets. Lines that begin with a
 * space are left out. The file is replaced as a whole, so that a crash leaves the old one. @throws system errors
 */
export function saveHistory(file: string | null, lines: readonly string[]): void {
  const kept = lines
    .filter((line) => !/^\s/.test(line))
    .slice(0, HISTORY_MAX)
    .toReversed()
  if (!file || kept.length === 0) return
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${kept.join('\n')}\n`, { mode: 0o600 })
  renameSync(fresh, file)
}
