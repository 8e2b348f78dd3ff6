import { Buffer } from 'node:buffer'

import { describe, expect, test } from 'vitest'

import { comparable, type Vector, type VectorMessage, vectorPayload, vectors } from '../testing/vectors.ts'
import { type Codec, DATA, FrameError } from './codec.ts'
import { codecNamed } from './index.ts'

/** libipc as real programs speak it: what they sent must be read, what they refuse must be refused. */

type Outcome = { seen: string[]; end: 'clean' | 'inside a message' | 'malformed' | 'too large' }

function scan(codec: Codec, chunks: readonly Uint8Array[]): Outcome {
  const scanner = codec.scanner({ maxMessageBytes: 16 * 1024 * 1024 })
  const seen: string[] = []
  const open: Uint8Array[] = []
  try {
    for (const chunk of chunks) {
      for (let i = 0; i < chunk.length;) {
        i = scanner.next(chunk, i, chunk.length)
        open.push(chunk.slice(scanner.from, scanner.to))
        if (scanner.done) seen.push(shown(scanner.type, scanner.utype, Buffer.concat(open.splice(0))))
      }
    }
  } catch (error) {
    if (error instanceof FrameError) return { seen, end: error.tooLarge ? 'too large' : 'malformed' }
    throw error
  }
  return { seen, end: scanner.idle ? 'clean' : 'inside a message' }
}

const shown = (type: number, utype: number, payload: Buffer) => `${type} ${utype} ${payload.toString('hex')}`
const messagesOf = (vector: Vector): readonly VectorMessage[] => vector.decoded.frames ?? [vector.decoded]
const messageOf = (said: VectorMessage) => ({
  type: said.type ?? DATA,
  utype: said.user_type ?? 0,
  payload: vectorPayload(said),
})

function pieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, k) => bytes.subarray(k * size, (k + 1) * size))
}

describe.each([
  ['libipc-a', codecNamed('libipc')],
  ['libipc-b', codecNamed('libipc-b')],
])('%s', (name, codec) => {
  const { cases, invalid } = vectors(name)

  test.each(cases.map((each) => [each.name, each] as const))('%s', (_, vector) => {
    const messages = messagesOf(vector).map(messageOf)
    const wire = Buffer.concat(messages.map((message) => codec.frame(message)))
    const { got, wanted } = comparable(vector, wire)
    expect(got).toBe(wanted)

    const seen = messages.map(({ type, utype, payload }) => shown(type, utype, payload))
    const clean = { seen, end: 'clean' }
    expect(scan(codec, [wire])).toEqual(clean)
    expect(scan(codec, [Buffer.concat([wire, wire])])).toEqual({ seen: [...seen, ...seen], end: 'clean' })
    const written = vector.chunks?.map((hex) => Buffer.from(hex, 'hex')) ?? [wire]
    expect(scan(codec, written)).toEqual(clean)
    // The largest one by one would take seconds and show nothing new.
    const size = wire.length < 100_000 ? 1 : 4999
    expect(scan(codec, pieces(wire, size))).toEqual(clean)
    expect(scan(codec, pieces(wire, size + 1))).toEqual(clean)
  })

  const ends: Record<string, Outcome['end']> = {
    'length-above-maximum': 'malformed',
    'length-99993': 'malformed',
    'length-0xffffffff': 'malformed',
    'unknown-type-9': 'malformed',
    'truncated-header-then-eof': 'inside a message',
    'single-byte-then-eof': 'inside a message',
    'truncated-payload-then-eof': 'inside a message',
    'trailing-garbage-after-frame': 'malformed',
  }

  test.each(invalid.map((each) => [each.name, each] as const))('refused: %s', (_, { name: key, hex }) => {
    const bytes = Buffer.from(hex, 'hex')
    const wanted = ends[key]
    expect(wanted).toBeDefined()
    expect(scan(codec, [bytes]).end).toBe(wanted)
    expect(scan(codec, pieces(bytes, 1)).end).toBe(wanted)
    const whole = key === 'trailing-garbage-after-frame' ? ['2 1 61', '2 2 6263'] : []
    expect(scan(codec, [bytes]).seen).toEqual(whole)
  })
})

test('the vectors cover empty and largest messages of both generations', () => {
  for (const name of ['libipc-a', 'libipc-b']) {
    const lengths = vectors(name)
      .cases.flatMap(messagesOf)
      .map((message) => vectorPayload(message).length)
    expect(lengths).toContain(0)
    expect(Math.max(...lengths)).toBe(codecNamed(name === 'libipc-a' ? 'libipc' : name).maxPayloadBytes)
  }
})
