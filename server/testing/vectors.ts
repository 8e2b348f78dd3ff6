import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What a test vector says about one message; names as in the files. Large payloads are given by rule. */
export interface VectorMessage {
  readonly type?: number
  readonly mtype?: number
  readonly user_type?: number
  readonly utype?: number
  readonly length?: number
  readonly payload_hex?: string
  readonly payload_rule?: string
}

export interface Vector {
  readonly name: string
  readonly decoded: VectorMessage & { readonly frames?: readonly VectorMessage[] }
  /** The whole encoding, or with `hex_prefix` its start, with length and SHA-256 of all. */
  readonly hex?: string
  readonly hex_prefix?: string
  readonly total_length?: number
  readonly sha256?: string
  /** The encoding as it was cut into writes. */
  readonly chunks?: readonly string[]
  /** Accepted, but not what an encoder makes. */
  readonly decode_only?: boolean
  /** Configuration may decide otherwise. */
  readonly policy?: string | boolean
}

export interface InvalidVector {
  readonly name: string
  readonly hex: string
  readonly why: string
}

/** Test vectors that accompany PROTOCOLS: what real implementations sent, took and refused. */
export function vectors(name: string): { cases: Vector[]; invalid: InvalidVector[] } {
  return JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8')) as never
}

/** The payload that a vector means, written out or by rule. */
export function vectorPayload(message: VectorMessage): Buffer {
  if (message.payload_hex !== undefined) return Buffer.from(message.payload_hex, 'hex')
  const [, rule, length] = /^byte i is (.+), (\d+) bytes$/.exec(message.payload_rule!)!
  const byteAt = rules[rule!]!
  return Buffer.from(Uint8Array.from({ length: Number(length) }, (_, i) => byteAt(i)))
}

const rules: Record<string, (i: number) => number> = {
  '1+((i*7+3)%255)': (i) => 1 + ((i * 7 + 3) % 255),
  '(i*7+3)&255': (i) => (i * 7 + 3) & 255,
  '0x41+((i*7+3)%26)': (i) => 0x41 + ((i * 7 + 3) % 26),
}

/** How an encoding that should be the vector's differs from it, in the same words for both kinds; equal when it is. */
export function comparable(vector: Vector, bytes: Buffer): { got: string; wanted: string } {
  if (vector.hex !== undefined) return { got: bytes.toString('hex'), wanted: vector.hex }
  const prefix = bytes.toString('hex').slice(0, vector.hex_prefix!.length)
  const hash = createHash('sha256').update(bytes).digest('hex')
  return {
    got: `${prefix} ${bytes.length} ${hash}`,
    wanted: `${vector.hex_prefix} ${vector.total_length} ${vector.sha256}`,
  }
}
