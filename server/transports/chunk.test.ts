import { Buffer } from 'node:buffer'

import { expect, test } from 'vitest'

import { CAPACITY, Chunk, copyOf, ReadBuffer, ROOM } from './chunk.ts'

const SMALL = 4096

test('a chunk: room in front, views over all of it, whole words', () => {
  for (const capacity of [0, 1, 7, 8, 100, CAPACITY]) {
    const { bytes, target, view, words } = new Chunk(capacity)
    expect(target).toHaveLength(capacity)
    expect(target.byteOffset - bytes.byteOffset).toBe(ROOM)
    expect(bytes.byteOffset).toBe(0)
    expect(view.byteLength).toBe(bytes.length)
    expect(words.length * 8).toBe(bytes.length)
    expect(bytes.length).toBeGreaterThanOrEqual(ROOM + capacity)
  }
})

test('a chunk of bytes holds a copy behind the room', () => {
  const bytes = Buffer.from('payload')
  const chunk = Chunk.of(bytes)
  bytes.fill(0)
  expect(chunk.bytes.subarray(ROOM, ROOM + 7).toString()).toBe('payload')
})

test('quiet sockets share one buffer, a large read earns one of its own', () => {
  const [quiet, other, busy] = [new ReadBuffer(), new ReadBuffer(), new ReadBuffer()]
  expect(quiet.next(0, false)).toBe(other.next(SMALL, false))
  expect(quiet.own).toBe(false)
  const own = busy.next(SMALL + 1, false)
  expect(own).not.toBe(quiet.next(0, false))
  expect(busy.own).toBe(true)
  expect(busy.next(SMALL + 1, false)).toBe(own)
  busy.release(false)
})

test('it goes back after many small reads in a row, but not while a write holds it', () => {
  const buffer = new ReadBuffer()
  const shared = buffer.next(0, false)
  const own = buffer.next(CAPACITY, false)
  for (let i = 0; i < 63; i++) expect(buffer.next(10, false)).toBe(own)
  expect(buffer.next(CAPACITY, false)).toBe(own) // a large read starts the count anew
  for (let i = 0; i < 63; i++) expect(buffer.next(10, false)).toBe(own)
  expect(buffer.next(10, true)).toBe(own)
  expect(buffer.own).toBe(true)
  expect(buffer.next(10, false)).toBe(shared)
  expect(buffer.own).toBe(false)
})

test('a buffer given back serves the next; one that a write may still need does not', () => {
  const [first, second] = [new ReadBuffer(), new ReadBuffer()]
  const lent = first.next(CAPACITY, false)
  first.release(false)
  expect(second.next(CAPACITY, false)).toBe(lent)
  second.release(true)
  expect(first.next(CAPACITY, false)).not.toBe(lent)
  first.release(true)
})

test('giving back what was not borrowed does nothing', () => {
  const buffer = new ReadBuffer()
  const shared = buffer.next(0, false)
  buffer.release(false)
  buffer.release(true)
  const other = new ReadBuffer()
  expect(other.next(CAPACITY, false)).not.toBe(shared)
  other.release(true)
})

test('no more than 1,024 are lent; who comes later stays on the shared one until some come back', () => {
  const shared = new ReadBuffer().next(0, false)
  const borrowers = Array.from({ length: 1024 }, () => new ReadBuffer())
  for (const each of borrowers) expect(each.next(CAPACITY, false)).not.toBe(shared)
  const late = new ReadBuffer()
  expect(late.next(CAPACITY, false)).toBe(shared)
  expect(late.own).toBe(false)
  borrowers[0]!.release(true)
  expect(late.next(CAPACITY, false)).not.toBe(shared)
  late.release(true)
  for (const each of borrowers) each.release(true)
  // However they came back, all may be lent again.
  const again = Array.from({ length: 1024 }, () => new ReadBuffer())
  for (const each of again) each.next(CAPACITY, false)
  expect(again.every((each) => each.own)).toBe(true)
  for (const each of again) each.release(true)
})

test('copyOf copies', () => {
  for (const length of [0, 1, SMALL, SMALL + ROOM, SMALL + ROOM + 1, CAPACITY]) {
    const b = Buffer.alloc(length + 9, 'abcdefgh')
    const wanted = Buffer.from(b.subarray(4, 4 + length))
    const copy = copyOf(b, 4, 4 + length)
    b.fill(0)
    expect(copy.equals(wanted)).toBe(true)
  }
})
