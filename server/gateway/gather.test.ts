import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { Gather } from './gather.ts'

test('what was appended comes back as one, and the next message starts afresh', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 })
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 3 }), (messages) => {
      const gather = new Gather()
      const taken: Buffer[] = []
      for (const message of messages) {
        for (const piece of message) {
          const room = Buffer.alloc(piece.length + 10, 0xa5)
          room.set(piece, 4)
          gather.append(room, 4, 4 + piece.length)
          room.fill(0) // it keeps copies
        }
        expect(gather.length).toBe(message.reduce((sum, piece) => sum + piece.length, 0))
        taken.push(gather.take())
        expect(gather.length).toBe(0)
      }
      // Looked at last: nobody may write into what was taken.
      expect(taken.map((data) => data.toString('hex'))).toEqual(
        messages.map((message) => Buffer.concat(message).toString('hex')),
      )
    }),
  )
})

test('one byte at a time costs no more than twice the bytes, and few copies of them', () => {
  const grown = vi.spyOn(Buffer, 'allocUnsafeSlow')
  const gather = new Gather()
  const byte = Buffer.of(7)
  for (let i = 0; i < 100_000; i++) gather.append(byte, 0, 1)
  const whole = gather.take()
  expect(whole.equals(Buffer.alloc(100_000, 7))).toBe(true)
  expect(whole.buffer.byteLength).toBeLessThanOrEqual(200_000)
  expect(grown.mock.calls.length).toBeLessThan(8) // 4 KiB, doubled
  grown.mockRestore()
})

test('a long piece gets just the room it needs', () => {
  const gather = new Gather()
  gather.append(Buffer.alloc(1_000_000, 1), 0, 1_000_000)
  expect(gather.take().buffer.byteLength).toBe(1_000_000)
})
