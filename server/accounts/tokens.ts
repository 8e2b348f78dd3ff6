import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits: nobody guesses one, so a plain hash is enough to keep it by. */
const SECRET_BYTES = 32
/** Marks a token of ours wherever one turns up, for people and for scanners of leaked secrets. */
const PREFIX = 'sg_'
const TOKEN = /^sg_[\w-]{43}$/
const SECRET = /^[\w-]{43}$/

/** A new token, for a client or a script. */
export function makeToken(): string {
  return PREFIX + makeSecret()
}

/** A new cookie value or one-time token. */
export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** A name for a token or session that tells nothing of its secret. */
export function makeId(): string {
  return randomBytes(9).toString('base64url')
}

/** Whether it can be a token of ours; keeps anything long from being hashed. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** Whether it can be a cookie of ours. */
export function isSecret(text: string): boolean {
  return SECRET.test(text)
}

/** SHA-256: what is kept of a token or cookie. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** The hash as a key of a Map. Looking it up tells an attacker nothing in time: nobody can choose a hash bit by bit. */
export function hashKey(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('base64')
}

export function secretKey(secret: string): string {
  return createHash('sha256').update(secret).digest('base64')
}

/** Compares in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashSecret(a), hashSecret(b))
}
