import { describe, expect, test } from 'vitest'

import { Flow } from './flow.ts'

/** An outlet that holds what it is told to hold. */
function outlet(): {
  queuedBytes: number
  drain: () => void
  write(): void
  end(): void
  afterWrites(done: () => void): void
} {
  return {
    queuedBytes: 0,
    drain: () => {},
    write() {},
    end() {},
    afterWrites(done) {
      this.drain = done
    },
  }
}

describe('backpressure of one direction', () => {
  test('copies may wait up to the limit', () => {
    const out = outlet()
    const flow = new Flow(out, () => {})
    out.queuedBytes = 100
    expect(flow.mayRead(false, 100)).toBe(true)
    expect(flow.stoppedAt).toBe(0)
    out.queuedBytes = 101
    expect(flow.mayRead(false, 100)).toBe(false)
    expect(flow.stoppedAt).toBeGreaterThan(0)
  })

  test('a borrowed buffer must be gone before it is read into again', () => {
    const out = outlet()
    const flow = new Flow(out, () => {})
    expect(flow.mayRead(true, 100)).toBe(true)
    out.queuedBytes = 1
    expect(flow.mayRead(true, 100)).toBe(false)
  })

  test('reading resumes once, when all has left, and the pause is counted', () => {
    const out = outlet()
    let resumed = 0
    const flow = new Flow(out, () => resumed++)
    out.queuedBytes = 101
    flow.mayRead(false, 100)
    const { stoppedAt } = flow
    expect(flow.pausedMs(stoppedAt + 250)).toBeCloseTo(250)
    out.queuedBytes = 0
    expect(flow.mayRead(false, 100)).toBe(false) // until told so
    out.drain()
    expect([resumed, flow.stoppedAt]).toEqual([1, 0])
    expect(flow.mayRead(false, 100)).toBe(true)
    const total = flow.pausedMs(stoppedAt + 10_000)
    expect(flow.pausedMs(stoppedAt + 20_000)).toBe(total) // no longer growing
  })

  test('stuck is who takes nothing, not who is slow', () => {
    const out = outlet()
    const flow = new Flow(out, () => {})
    expect(flow.stuckMs(1e9)).toBeCloseTo(0)
    out.queuedBytes = 1000
    flow.mayRead(false, 100)
    const start = flow.stoppedAt
    expect(flow.stuckMs(start + 50)).toBeCloseTo(50)
    out.queuedBytes = 999
    expect(flow.stuckMs(start + 90)).toBeCloseTo(0)
    expect(flow.stuckMs(start + 190)).toBeCloseTo(100)
    out.queuedBytes = 1500 // more is no progress
    expect(flow.stuckMs(start + 290)).toBeCloseTo(200)
    out.queuedBytes = 1499
    expect(flow.stuckMs(start + 300)).toBeCloseTo(0)
    out.drain()
    expect(flow.stuckMs(start + 999)).toBeCloseTo(0)
  })
})
