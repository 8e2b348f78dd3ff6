import { randomBytes } from 'node:crypto'

const ALPHABET = '23456789abcdefghjkmnpqrstvwxyz' // nothing that is mistaken for another when read out

/** An id for a new rule, redirect or test: short enough to read out, and never made twice in practice (30^8). */
export function makeId(): string {
  return `r-${[...randomBytes(8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`
}
