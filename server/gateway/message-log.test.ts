import { Buffer } from 'node:buffer'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { MessageLog, messageLogLimits } from './message-log.ts'
import type { TappedMessage } from './tapped.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function message(bytes: string | number): TappedMessage {
  const payload = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.alloc(bytes)
  return { at: 1, direction: 'up', kind: 'binary', length: payload.length, payload, partial: false }
}

/** Reads everything from `seq` on, as a reader does. */
function read(log: MessageLog, seq = 0): { texts: string[]; lost: number; seq: number } {
  const texts: string[] = []
  let lost = 0
  for (let next = log.after(seq); next !== null; next = log.after(seq)) {
    lost += next.seq - seq - 1
    seq = next.seq
    texts.push(next.message.payload.toString())
  }
  return { texts, lost, seq }
}

describe('the messages of a tap', () => {
  test('are numbered from 1 and read in order, from wherever a reader is', () => {
    const log = new MessageLog()
    expect([log.after(0), log.seq]).toEqual([null, 0])
    for (const text of ['a', 'b', 'c']) log.message(message(text))
    expect(read(log)).toEqual({ texts: ['a', 'b', 'c'], lost: 0, seq: 3 })
    expect(read(log, 2)).toEqual({ texts: ['c'], lost: 0, seq: 3 })
    expect(log.after(3)).toBe(null)
    expect(log.after(99)).toBe(null)
  })

  test('only the last are kept; a slow reader goes on there and knows how many it missed', () => {
    const log = new MessageLog({ ...messageLogLimits, messages: 3 })
    for (const text of ['a', 'b', 'c', 'd', 'e']) log.message(message(text))
    expect(read(log)).toEqual({ texts: ['c', 'd', 'e'], lost: 2, seq: 5 })
    expect(read(log, 1)).toEqual({ texts: ['c', 'd', 'e'], lost: 1, seq: 5 })
    expect(log.seq).toBe(5)
  })

  test('they are kept up to a size, and the newest whatever its size', () => {
    const log = new MessageLog({ ...messageLogLimits, bytes: 10 })
    for (const text of ['aaaa', 'bbbb', 'cc', 'd']) log.message(message(text))
    expect(read(log).texts).toEqual(['bbbb', 'cc', 'd'])
    log.message(message(100))
    expect(read(log).texts).toHaveLength(1)
    log.message(message('e'))
    expect(read(log).texts).toEqual(['e'])
  })

  test('as many as the contract says', () => {
    const log = new MessageLog()
    for (let i = 0; i < 2000; i++) log.message(message(10))
    expect(read(log)).toMatchObject({ lost: 1000, seq: 2000 })
    for (let i = 0; i < 100; i++) log.message(message(65_536))
    expect(read(log).texts).toHaveLength(64)
  })

  test('those that a tap left out have numbers, too', () => {
    const log = new MessageLog()
    log.message(message('a'))
    log.missed()
    log.missed()
    log.message(message('b'))
    log.missed()
    expect(read(log)).toEqual({ texts: ['a', 'b'], lost: 2, seq: 4 })
    expect(log.seq).toBe(5)
  })
})

describe('its readers', () => {
  test('are woken together, some time after the message, until they leave', () => {
    const log = new MessageLog({ ...messageLogLimits, batchMs: 50 })
    const [one, other] = [vi.fn<() => void>(), vi.fn<() => void>()]
    log.join({ wake: one })
    const leave = log.join({ wake: other })
    log.message(message('a'))
    log.message(message('b'))
    expect(one).not.toHaveBeenCalled()
    vi.advanceTimersByTime(50)
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([1, 1])
    leave()
    log.message(message('c'))
    vi.advanceTimersByTime(50)
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 1])
    log.close()
  })

  test('learn that the connection is over', () => {
    const log = new MessageLog()
    const wake = vi.fn<() => void>()
    log.join({ wake })
    log.ended()
    vi.advanceTimersByTime(1000)
    expect([wake.mock.calls.length, log.over]).toEqual([1, true])
    log.close()
  })

  test('without any, and after close, nothing runs', () => {
    const log = new MessageLog()
    log.message(message('a'))
    expect(vi.getTimerCount()).toBe(0)
    const wake = vi.fn<() => void>()
    log.join({ wake })
    log.message(message('b'))
    log.close()
    expect(vi.getTimerCount()).toBe(0)
    log.message(message('c'))
    vi.advanceTimersByTime(1000)
    expect(wake).not.toHaveBeenCalled()
  })
})
