import { readFileSync } from 'node:fs'

import type { PolicyDocument } from '../../shared/policy/document.ts'

/** A file that the policy comes from: read-only for the API. Read at start and on SIGHUP; in between only looked at. */
export class ManagedFile {
  /** Absolute. */
  readonly path: string
  readonly #parse: (text: string, previous: PolicyDocument) => unknown
  #seen: string | null = null
  #inForce: string | null = null

  /** @param parse reads its text; `previous` gives the ids of entries that have none. @throws PolicyError */
  constructor(path: string, parse: (text: string, previous: PolicyDocument) => unknown) {
    this.path = path
    this.#parse = parse
  }

  /** @throws PolicyError, or Error with a sentence when it can't be read */
  read(previous: PolicyDocument): unknown {
    this.#seen = readText(this.path)
    return this.#parse(this.#seen, previous)
  }

  /** What was read last is in force now. */
  taken(): void {
    this.#inForce = this.#seen
  }

  /** How the file differs from what is in force, as a sentence; null when it does not. */
  drift(): string | null {
    try {
      return readText(this.path) === this.#inForce ? null : 'the file has changed and waits for SIGHUP'
    } catch (error) {
      return (error as Error).message
    }
  }
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Error(`${path} does not exist`, { cause: error })
    if (code === 'EACCES') throw new Error(`${path} may not be read by this user`, { cause: error })
    throw new Error(`${path} can't be read as UTF-8 text`, { cause: error })
  }
}
