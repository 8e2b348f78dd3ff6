import { createHash } from 'node:crypto'

import type { AuditEntry, AuditVerdict } from '../../shared/api.ts'
import { canonicalJson } from './canonical-json.ts'

/** The last entry of a chain, or its beginning: `seq` 0. */
export interface ChainHead {
  readonly seq: number
  /** SHA-256 in hex. */
  readonly hash: string
}

/** Where the chain of the gateway with this id begins: the hash before its first entry. */
export function beginning(instance: Uint8Array): ChainHead {
  return { seq: 0, hash: sha256(instance) }
}

/** The hash of an entry is over the hash before it and its own canonical JSON, so that none can be changed alone. */
export function entryHash(before: string, entry: Omit<AuditEntry, 'hash'>): string {
  return sha256(before + canonicalJson(entry))
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Looks for the first entry that is not what the gateway wrote. Fed in the order of `seq`, in as many parts as you like. */
export class ChainCheck {
  #last: ChainHead
  #count = 0

  /** @param genesis where the chain must begin */
  constructor(genesis: ChainHead) {
    this.#last = genesis
  }

  /**
   * The next entries.
   * @param head the entry that the gateway itself wrote last, when these were read
   * @returns what is wrong, which is the end of it; null when nothing is
   */
  add(entries: readonly AuditEntry[], head: ChainHead): AuditVerdict | null {
    for (const { hash, ...entry } of entries) {
      this.#count++
      const { seq } = entry
      const next = this.#last.seq + 1
      if (seq > next) return this.#bad(next, missing(next, seq - 1, 'those behind are there'))
      if (seq > head.seq) return this.#bad(seq, `entry ${seq} was not written by this gateway`)
      if (hash !== entryHash(this.#last.hash, entry)) return this.#bad(seq, altered(seq))
      this.#last = { seq, hash }
    }
    return null
  }

  /**
   * There are no more.
   * @param denied an entry that was kept outside and that the chain denies; null when there is none
   */
  end(head: ChainHead, denied: ChainHead | null): AuditVerdict {
    const { seq, hash } = this.#last
    if (seq < head.seq) return this.#bad(seq + 1, missing(seq + 1, head.seq, 'the end of the log was cut off'))
    if (hash !== head.hash) return this.#bad(seq, rewritten(seq))
    if (denied !== null) return this.#bad(denied.seq, rewritten(denied.seq))
    return { ok: true, entries: this.#count, head: hash, firstBad: null, message: whole(this.#count) }
  }

  #bad(firstBad: number, message: string): AuditVerdict {
    return { ok: false, entries: this.#count, head: this.#last.hash, firstBad, message }
  }
}

function missing(from: number, to: number, why: string): string {
  return from === to ? `entry ${from} is missing: ${why}` : `entries ${from} to ${to} are missing: ${why}`
}

function altered(seq: number): string {
  if (seq === 1) return 'entry 1 was changed, or the log was copied from another gateway'
  return `entry ${seq} was changed, or stands where another was`
}

function rewritten(seq: number): string {
  if (seq === 0) return 'the log is not the one of this gateway: it was copied from another or begun anew'
  return `entry ${seq} is another than the one that was kept in audit.head: it or entries before it were written anew`
}

function whole(count: number): string {
  if (count === 0) return 'the log is empty'
  return count === 1 ? 'the only entry is as it was written' : `all ${count} entries are as they were written`
}
