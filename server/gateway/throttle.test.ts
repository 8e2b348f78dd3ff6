import { Buffer } from 'node:buffer'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { codecNamed } from '../codecs/index.ts'
import { clientFrame, cutAt } from '../testing/client-frames.ts'
import { fakeBridge, type FakePort } from '../testing/fake-port.ts'
import { viewNamed } from '../views/index.ts'
import { BINARY, PING, PONG } from '../websocket/frames.ts'
import type { Rates } from './throttle.ts'

/** One client and its rates, by a clock that the test turns. */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  vi.advanceTimersByTime(1000) // 0 stands for never
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0) // whoever ends a bridge leaves no timer behind
  vi.useRealTimers()
})

const message = (length = 1) => clientFrame({ opcode: BINARY, payload: Buffer.alloc(length, 'x') })
const messages = (n: number, length = 1) => Buffer.concat(Array.from({ length: n }, () => message(length)))
const pings = (n: number, opcode = PING) => Buffer.concat(Array.from({ length: n }, () => clientFrame({ opcode })))

type Options = Partial<Parameters<typeof fakeBridge>[0]>

function start(rates: Rates | null, options: Options = {}) {
  const parts = fakeBridge({ codec: codecNamed('raw'), view: viewNamed('payload'), rates, ...options })
  return { ...parts, end: () => parts.bridge.fail('killed', 'the test is over') }
}

/** Turns the clock until the client is read again; returns how long that took. */
function untilRead(client: FakePort): number {
  const from = performance.now()
  while (!client.reading) vi.advanceTimersByTime(1)
  return performance.now() - from
}

describe('over the rate: wait', () => {
  test('a second of messages passes at once, what is more is paid for before the next is read', () => {
    const { client, bridge, service, end } = start({ messagesPerSecond: 10, over: 'wait' })
    client.say(messages(10))
    expect(client.reading).toBe(true)
    client.say(messages(5))
    expect(client.reading).toBe(false)
    expect(service.bytes.length).toBe(15)
    expect(untilRead(client)).toBe(500)
    client.say(messages(1))
    expect(untilRead(client)).toBe(100)
    vi.advanceTimersByTime(60_000) // no more than a second's worth is saved up
    client.say(messages(11))
    expect(untilRead(client)).toBe(100)
    expect(bridge.ending).toBe(null)
    expect(bridge.paused.client).toBe(700)
    end()
  })

  test('bytes: over a long time no more than the rate, and nothing is lost', () => {
    const { client, service, end } = start({ bytesPerSecond: 10_000, over: 'wait' })
    const from = performance.now()
    for (let i = 0; i < 200; i++) {
      client.say(messages(3, 1000))
      untilRead(client)
    }
    expect(service.bytes.length).toBe(600_000)
    expect((performance.now() - from) / 1000).toBeCloseTo(59, 1) // the first second's worth was there
    end()
  })

  test.each([1, 7, 1000])('a message larger than the bucket passes, and is paid for: %s bytes a second', (rate) => {
    const { client, service, end } = start({ bytesPerSecond: rate, over: 'wait' })
    client.say(message(5000))
    expect(service.bytes.length).toBe(5000)
    const seconds = (5000 - rate) / rate
    vi.advanceTimersByTime(seconds * 1000 - 1)
    expect(client.reading).toBe(false)
    vi.advanceTimersByTime(2)
    expect(client.reading).toBe(true)
    end()
  })

  test('both rates: the one that takes longer', () => {
    const { client, end } = start({ messagesPerSecond: 10, bytesPerSecond: 1000, over: 'wait' })
    client.say(messages(20, 10))
    expect(untilRead(client)).toBe(1000)
    vi.advanceTimersByTime(1000)
    client.say(messages(2, 2000))
    expect(untilRead(client)).toBe(3000)
    end()
  })

  test('chunks that were under way add to the wait', () => {
    const { client, end } = start({ messagesPerSecond: 10, over: 'wait' })
    client.say(messages(12))
    client.say(messages(3))
    expect(untilRead(client)).toBe(500)
    end()
  })

  test('neither resumes a client that the service holds back, nor the other way round', () => {
    const { client, service, end } = start({ messagesPerSecond: 10, over: 'wait' }, { limits: { maxBufferedBytes: 0 } })
    service.queuedBytes = 1
    client.say(messages(20))
    vi.advanceTimersByTime(1000)
    expect(client.reading).toBe(false)
    service.drain()
    expect(client.reading).toBe(true)

    service.queuedBytes = 1
    client.say(messages(10))
    service.drain()
    expect(client.reading).toBe(false)
    expect(untilRead(client)).toBe(1000)
    end()
  })

  test('is not blamed for pongs that wait behind what is not read, nor as idle or slow', () => {
    const limits = { timerMs: 1000, idleTimeoutMs: 3000, stallTimeoutMs: 3000 }
    const { client, bridge } = start({ bytesPerSecond: 100, over: 'wait' }, { limits })
    const sweepFor = (ms: number): void => {
      for (let i = 0; i < ms; i += 250) {
        vi.advanceTimersByTime(250)
        bridge.sweep(performance.now())
      }
    }
    client.say(message(5000).subarray(0, 2000))
    sweepFor(10_000)
    expect([bridge.ending, client.reading]).toEqual([null, false])
    // Held back again and again, but for shorter than a ping's period.
    sweepFor(10_000)
    for (let i = 0; i < 30; i++) {
      client.say(Buffer.alloc(i === 0 ? 150 : 75))
      expect(client.reading).toBe(false)
      sweepFor(750)
      expect([bridge.ending, client.reading]).toEqual([null, true])
    }
    // It fell silent on its own.
    sweepFor(4000)
    expect(bridge.ending).toMatchObject({ code: 'slow-message' })
  })

  test('the end lets go of the client, so that its close is seen', () => {
    const { client, bridge } = start({ messagesPerSecond: 1, over: 'wait' })
    client.say(messages(100))
    expect(client.reading).toBe(false)
    bridge.fail('killed', 'enough')
    expect(client.reading).toBe(true)
  })
})

describe('over the rate: close', () => {
  test('messages: 1008 and the figure', () => {
    const { client, bridge } = start({ messagesPerSecond: 10, over: 'close' })
    client.say(messages(10))
    vi.advanceTimersByTime(500)
    client.say(messages(5))
    expect(bridge.ending).toBe(null)
    client.say(messages(1))
    const reason = 'more than 10 messages in a second, which its rule allows'
    expect(bridge.ending).toMatchObject({ code: 'rate-exceeded', close: 1008, message: reason })
    expect(client.writes.at(-1)!.subarray(4).toString()).toBe(reason)
  })

  test('bytes: one message larger than the bucket passes in any number of chunks, the next is too much', () => {
    for (const places of [[], [700, 1400], [1, 2, 3, 4, 5, 6, 7, 4999]]) {
      const { client, bridge, service } = start({ bytesPerSecond: 1000, over: 'close' })
      for (const piece of cutAt(message(5000), places)) client.say(piece)
      expect([bridge.ending, client.reading, service.bytes.length]).toEqual([null, true, 5000])
      vi.advanceTimersByTime(3999)
      client.say(message())
      expect(bridge.ending).toMatchObject({
        code: 'rate-exceeded',
        message: 'more than 1000 bytes in a second, which its rule allows',
      })
    }
  })

  test('bytes: who waits until the debt is paid may send another', () => {
    const { client, bridge, end } = start({ bytesPerSecond: 1000, over: 'close' })
    for (let i = 0; i < 5; i++) {
      client.say(message(3000))
      vi.advanceTimersByTime(3000)
    }
    expect(bridge.ending).toBe(null)
    end()
  })

  test('bytes: several messages in one chunk', () => {
    const { client, bridge, end } = start({ bytesPerSecond: 1000, over: 'close' })
    client.say(messages(10, 100))
    expect(bridge.ending).toBe(null)
    client.say(messages(2, 100))
    expect(bridge.ending).toMatchObject({ code: 'rate-exceeded' })
    end()
  })

  test('bytes: a message that begins inside a chunk in debt', () => {
    const { client, bridge } = start({ bytesPerSecond: 1000, over: 'close' })
    client.say(message(5000).subarray(0, 3000))
    expect(bridge.ending).toBe(null)
    client.say(Buffer.concat([message(5000).subarray(3000), message(5000).subarray(0, 100)]))
    expect(bridge.ending).toMatchObject({ code: 'rate-exceeded' })
  })
})

describe('control frames', () => {
  test('count as messages', () => {
    const { client, bridge } = start({ messagesPerSecond: 10, over: 'close' })
    client.say(Buffer.concat([messages(4), pings(3), pings(3, PONG)]))
    expect(bridge.ending).toBe(null)
    client.say(pings(1))
    expect(bridge.ending).toMatchObject({ code: 'rate-exceeded' })
  })

  test('the answers to our own pings cost nothing', () => {
    const limits = { timerMs: 1000 }
    const { client, bridge, end } = start({ messagesPerSecond: 1, over: 'close' }, { limits })
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(1000)
      client.say(message())
      bridge.sweep(performance.now())
      client.say(clientFrame({ opcode: PONG, payload: client.writes.at(-1)!.subarray(2) }))
    }
    expect(bridge.ending).toBe(null)
    expect(bridge.pingMs).toBe(0)
    end()
  })

  test.each([
    ['pings', PING],
    ['unasked pongs', PONG],
  ])('more than 1,000 %s a second are a flood, whatever the rule says', (_, opcode) => {
    const { client, bridge } = start(null)
    client.say(pings(1000, opcode))
    vi.advanceTimersByTime(500)
    client.say(pings(500, opcode))
    expect(bridge.ending).toBe(null)
    client.say(pings(1, opcode))
    expect(bridge.ending).toMatchObject({ code: 'rate-exceeded', close: 1008 })
    // The one too many is not answered.
    expect(client.writes).toHaveLength(opcode === PING ? 1501 : 1)
  })
})

describe('changed while open', () => {
  test('from none to some: what came before is not counted', () => {
    const { client, bridge } = start(null)
    client.say(Buffer.concat([messages(100), pings(100)]))
    bridge.limit({ messagesPerSecond: 10, over: 'close' })
    client.say(messages(10))
    expect(bridge.ending).toBe(null)
    client.say(messages(1))
    expect(bridge.ending).toMatchObject({ code: 'rate-exceeded' })
    bridge.limit(null) // nobody minds
  })

  test.each([
    ['to none', null],
    ['to more', { messagesPerSecond: 1000, over: 'wait' }],
    ['to another kind', { bytesPerSecond: 1000, over: 'wait' }],
    ['to close', { messagesPerSecond: 10, over: 'close' }],
  ] as const)('%s: who waited is read at once, and is not closed for it', (_, rates) => {
    const { client, bridge, end } = start({ messagesPerSecond: 10, over: 'wait' })
    client.say(messages(1000))
    expect(client.reading).toBe(false)
    bridge.limit(rates)
    expect(client.reading).toBe(true)
    client.say(messages(10))
    expect([bridge.ending, client.reading]).toEqual([null, true])
    end()
  })

  test('bytes that were to be waited for are not charged when it closes instead', () => {
    const { client, bridge, end } = start({ bytesPerSecond: 1000, over: 'wait' })
    client.say(message(50_000))
    bridge.limit({ bytesPerSecond: 1000, over: 'close' })
    expect(client.reading).toBe(true)
    client.say(messages(2, 500))
    expect(bridge.ending).toBe(null)
    end()
  })

  test('the same figure keeps its debt', () => {
    const { client, bridge, end } = start({ messagesPerSecond: 10, over: 'wait' })
    client.say(messages(15))
    vi.advanceTimersByTime(100)
    bridge.limit({ messagesPerSecond: 10, bytesPerSecond: 1_000_000, over: 'wait' })
    expect(untilRead(client)).toBe(400)
    end()
  })
})

test('a client that pings and does not read is the slow one', () => {
  const { client, bridge } = start(null, { limits: { stallTimeoutMs: 1000, maxBufferedBytes: 1000 } })
  client.queuedBytes = 1001
  client.say(pings(1))
  expect(client.reading).toBe(false)
  for (const at of [500, 900, 1600]) bridge.sweep(at + performance.now())
  expect(bridge.ending).toMatchObject({ code: 'slow-client' })
})
