import { Buffer } from 'node:buffer'

import { describe, expect, test } from 'vitest'

import { Heartbeat } from './heartbeat.ts'

const PERIOD = 100
/** Payload of the ping that a beat sends. */
const payloadOf = (beat: Buffer | string | null): Buffer => (beat as Buffer).subarray(2)

describe('the timer of one connection', () => {
  test('a ping each period, none before', () => {
    const heart = new Heartbeat(0)
    expect(heart.beat(99, PERIOD, false)).toBe(null)
    const ping = heart.beat(100, PERIOD, false)
    expect(ping).toEqual(Buffer.from('890400000001', 'hex'))
    expect(heart.beat(150, PERIOD, false)).toBe(null)
  })

  test('the first goes out within a second, the next a period later', () => {
    const heart = new Heartbeat(0)
    expect(heart.beat(999, 25_000, false)).toBe(null)
    const first = heart.beat(1000, 25_000, false)
    expect(first).toBeInstanceOf(Buffer)
    heart.answered(payloadOf(first), 1004)
    expect(heart.pingMs).toBe(4)
    expect(heart.beat(25_999, 25_000, false)).toBe(null)
    expect(heart.beat(26_000, 25_000, false)).toBeInstanceOf(Buffer)
  })

  test('two missed: a sentence with the time, not before', () => {
    const heart = new Heartbeat(0)
    heart.beat(100, PERIOD, false)
    expect(heart.beat(200, PERIOD, false)).toBeInstanceOf(Buffer)
    expect(heart.beat(300, PERIOD, false)).toBe('no answer for 200 ms')
  })

  test('25 s give the words of the contract', () => {
    const heart = new Heartbeat(0)
    for (const at of [1000, 26_000]) expect(heart.beat(at, 25_000, false)).toBeInstanceOf(Buffer)
    expect(heart.beat(50_999, 25_000, false)).toBe(null)
    expect(heart.beat(51_000, 25_000, false)).toBe('no answer for 50 s')
  })

  test('an answer starts the count anew and is timed', () => {
    const heart = new Heartbeat(0)
    for (let at = 100; at <= 2000; at += 100) {
      const beat = heart.beat(at, PERIOD, false)
      expect(beat).toBeInstanceOf(Buffer)
      heart.answered(payloadOf(beat), at + 7)
      expect(heart.pingMs).toBe(7)
    }
  })

  test('an answer to an older ping counts, but is not timed', () => {
    const heart = new Heartbeat(0)
    const first = payloadOf(heart.beat(100, PERIOD, false))
    heart.beat(200, PERIOD, false)
    heart.answered(first, 210)
    heart.answered(Buffer.from('anything'), 211)
    expect(heart.pingMs).toBe(null)
    expect(heart.beat(300, PERIOD, false)).toBeInstanceOf(Buffer)
  })

  test('a late look counts as one period: a busy process blames nobody', () => {
    const heart = new Heartbeat(0)
    heart.beat(100, PERIOD, false)
    expect(heart.beat(60_000, PERIOD, false)).toBeInstanceOf(Buffer)
  })

  test('who is not heard is not blamed, and has all its time afterwards', () => {
    const heart = new Heartbeat(0)
    heart.beat(100, PERIOD, false)
    for (let at = 200; at < 1000; at += 100) expect(heart.beat(at, PERIOD, true)).toBe(null)
    expect(heart.beat(1000, PERIOD, false)).toBeInstanceOf(Buffer)
    expect(heart.beat(1100, PERIOD, false)).toBeInstanceOf(Buffer)
    expect(heart.beat(1200, PERIOD, false)).toBe('no answer for 200 ms')
  })

  test('off', () => {
    expect(new Heartbeat(0).beat(1e9, 0, false)).toBe(null)
  })
})
