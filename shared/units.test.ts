import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatLatency,
  formatSize,
  parseCount,
  parseDuration,
  parseSize,
  spellDuration,
  UnitError,
} from './units.ts'

const amount = fc.integer({ min: 0, max: 2 ** 40 })

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['25s', 25_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['0', 0],
    ['off', 0],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each([
    ['', '"" is not a duration: write a whole number and a unit, such as 250ms, 25s, 5m, 1h or off'],
    ['25', '"25" has no unit: write 25ms, 25s, 25m or 25h'],
    ['25x', '"25x" has an unknown unit: the units are ms, s, m, h'],
    ['5M', '"5M" has an unknown unit: the units are ms, s, m, h'],
    ['1.5h', '"1.5h" is not a duration: write a whole number and a unit, such as 250ms, 25s, 5m, 1h or off'],
    ['-5s', '"-5s" is not a duration: write a whole number and a unit, such as 250ms, 25s, 5m, 1h or off'],
    ['99999999999999h', '"99999999999999h" is too large'],
  ])('%j is refused', (text, message) => expect(() => parseDuration(text)).toThrow(new UnitError(message)))

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(amount, (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })

  it('writes in the largest unit that loses nothing', () => {
    expect([90_000, 7_200_000, 1500, 0].map(formatDuration)).toEqual(['90s', '2h', '1500ms', 'off'])
  })
})

describe('sizes', () => {
  it.each([
    ['64KiB', 65_536],
    ['16MiB', 16_777_216],
    ['1GiB', 1_073_741_824],
    ['100B', 100],
    ['65536', 65_536],
    ['0', 0],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  it.each([
    ['16MB', '"16MB" has an unknown unit: the units are B, KiB, MiB, GiB'],
    ['1.5MiB', '"1.5MiB" is not a size: write a whole number and a unit, such as 64KiB, 16MiB or 65536'],
    ['much', '"much" is not a size: write a whole number and a unit, such as 64KiB, 16MiB or 65536'],
  ])('%j is refused', (text, message) => expect(() => parseSize(text)).toThrow(new UnitError(message)))

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(amount, (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes)
      }),
    )
  })
})

it('any other text is a UnitError, never a wrong number', () => {
  for (const parse of [parseDuration, parseSize, parseCount]) {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const allowed = /^\d+[A-Za-z]*$|^off$/.test(text) ? ['number', 'UnitError'] : ['UnitError']
        expect(allowed).toContain(outcome(parse, text))
      }),
    )
  }
})

function outcome(parse: (text: string) => number, text: string): string {
  try {
    return Number.isSafeInteger(parse(text)) ? 'number' : 'no number'
  } catch (error) {
    return (error as Error).name
  }
}

it.each(['', '-1', '1.0', '1e3', 'ten', '99999999999999999999'])('%j is no count', (text) => {
  expect(() => parseCount(text)).toThrow(UnitError)
})

describe('for people', () => {
  it('ages', () => {
    const ages = [-5, 0, 999, 42_000, 192_000, 7_500_000, 273_600_000]
    expect(ages.map(formatAge)).toEqual(['0s', '0s', '0s', '42s', '3m 12s', '2h 05m', '3d 04h'])
  })

  it('latencies', () => {
    const times = [0, 0.42, 9.96, 12.3, 999.6, 1234, 75_000]
    expect(times.map(formatLatency)).toEqual(['0.0 ms', '0.4 ms', '10 ms', '12 ms', '1.0 s', '1.2 s', '75 s'])
  })

  it('bytes', () => {
    const sizes = [0, 512, 1023, 1024, 1229, 10_240, 1_048_575, 1_258_291, 2 ** 30, 2 ** 60]
    expect(sizes.map(formatBytes)).toEqual([
      '0 B',
      '512 B',
      '1023 B',
      '1.0 KiB',
      '1.2 KiB',
      '10 KiB',
      '1.0 MiB',
      '1.2 MiB',
      '1.0 GiB',
      '1024 PiB',
    ])
  })

  it('never more than four digits of bytes', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(formatBytes(Math.abs(n))).toMatch(/^(\d{1,4}|\d\.\d) \w+$/)
      }),
    )
  })

  it('counts', () => {
    expect([0, 999, 1000, 12_345, 1_234_567].map(formatCount)).toEqual(['0', '999', '1 000', '12 345', '1 234 567'])
  })
})

it.each([
  [50_000, '50 s'],
  [400, '400 ms'],
  [300_000, '5 min'],
  [3_600_000, '1 h'],
  [0, 'off'],
])('%d ms in a sentence is %s', (ms, words) => {
  expect(spellDuration(ms)).toBe(words)
})
