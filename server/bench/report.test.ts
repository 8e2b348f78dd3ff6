import { expect, it } from 'vitest'

import { verdicts } from './goals.ts'
import { sample } from './measure.ts'
import { between, report } from './report.ts'
import { median, typical, typicalRatio } from './statistics.ts'
import type { Results, Sample } from './statistics.ts'
import { extents, workloads } from './workloads.ts'

const took = (value: number, rest: Partial<Sample> = {}): Sample => ({
  value,
  cpu: null,
  p50Us: null,
  p99Us: null,
  generatorCores: null,
  fault: '',
  ...rest,
})
const value = (one: Sample): number | null => one.value
const all = workloads(extents.normal)
const named = (name: string) => all.find((workload) => workload.name === name)!

it('finds the middle', () => {
  expect(median([])).toBeNull()
  expect(median([null, null])).toBeNull()
  expect(median([10, 9, 100])).toBe(10)
  expect(median([4, null, 1, 2, 9])).toBe(3)
})

it('leaves out rounds that went wrong', () => {
  expect(typical([took(1), took(1000, { fault: '3 lost' }), took(3)], value)).toBe(2)
  expect(typical([took(1000, { fault: '3 lost' })], value)).toBeNull()
})

it('takes ratios within each round, then the median', () => {
  // The machine ran at half its speed in the second round; both targets did.
  const ours = [took(80), took(40), took(100)]
  const naive = [took(10), took(5), took(10)]
  expect(typicalRatio(ours, naive, value)).toBe(8)
  expect(typicalRatio(ours, [took(10, { fault: 'down' }), took(8)], value)).toBe(5)
  expect(typicalRatio(ours, [], value)).toBeNull()
  expect(typicalRatio(ours, [took(0)], value)).toBeNull()
})

it('judges more as better for speed, less for memory', () => {
  const results: Results = {
    pipe64: { gateway: [took(72)], naive: [took(10)], c: [took(100)] },
    mid: { gateway: [took(10)], naive: [took(10)] },
    slow: { gateway: [took(0.5)], naive: [took(1000)] },
    stall: { gateway: [took(9)] },
    idle: { gateway: [took(15)] },
    up: { naive: [took(10)] },
  }
  const judged = verdicts(results).map(({ workload, against, measured, verdict }) => [
    workload,
    against,
    measured,
    verdict,
  ])
  expect(judged).toEqual([
    ['pipe64', 'naive', 7.2, 'met'],
    ['mid', 'naive', 1, 'missed'],
    ['pipe64', 'c', 0.72, 'aim reached'],
    ['slow', null, 0.5, 'aim reached'],
    ['stall', null, 9, 'missed'],
    ['idle', null, 15, 'met'],
  ])
})

it("turns the generator's counts into the workload's units", () => {
  const generated = {
    open: 4,
    messages: 2000,
    bytes: 8_000_000,
    cycles: 50,
    seconds: 2,
    loadgen_cpu: 1,
    p50_us: 3,
    p99_us: 5,
    lost: 0,
    duplicated_or_reordered: 0,
    corrupt: 0,
    unrequested: 0,
    boundary_errors: 0,
    failed: 0,
  }
  const observed = { cpuSecs: 0.5, residentBeforeKib: 1024, residentPeakKib: 5120 }
  const timed = { generatorCores: 0.5, fault: '' }
  expect(sample(named('mid'), generated, observed)).toEqual({ ...timed, value: 1000, cpu: 250, p50Us: 3, p99Us: 5 })
  expect(sample(named('setup'), generated, observed)).toMatchObject({ value: 25, cpu: 10_000 })
  expect(sample(named('up'), generated, observed)).toMatchObject({ value: 4, cpu: 62.5, p50Us: null })
  expect(sample(named('slow'), generated, observed)).toMatchObject({ value: 4, cpu: null })
  expect(sample(named('idle'), generated, observed)).toMatchObject({ value: 1024 })
  const bad = { ...generated, lost: 1, corrupt: 2 }
  expect(sample(named('mid'), bad, observed).fault).toBe('1 lost, 2 corrupt')
})

it('writes a table with every target, its ratios and its faults', () => {
  const conditions = {
    date: '2026-01-31',
    machine: '2 × CPU',
    kernel: '6',
    node: '20',
    rounds: 2,
    secs: 1,
    pinnedTo: '1',
  }
  const text = report(conditions, all, {
    mid: {
      gateway: [took(300_000, { cpu: 2 }), took(500_000, { cpu: 2 })],
      naive: [took(100_000, { cpu: 10 }), took(100_000, { cpu: 10 })],
      c: [took(1, { fault: '7 corrupt' })],
    },
  })
  expect(text).toContain(
    'Measured on 2026-01-31: 2 × CPU, Linux 6, Node 20. 2 alternating rounds, 1 s each, everything on core 1.',
  )
  const rows = text.split('\n').map((line) => line.replaceAll(/ +/g, ' '))
  expect(rows).toContain('| target | messages/s | ratio | CPU µs/message | CPU ratio | correct |')
  expect(rows).toContain('| gateway | 400 000 (300 000–500 000) | 4.00× | 2.00 | 0.20× | yes |')
  expect(rows).toContain('| c | – | – | – | – | 7 corrupt |')
  expect(rows).toContain('| mid | 4.00 × naive bridge | ≥ 3.5 | ≥ 5 | met |')
})

it('replaces only what lies between the marks of a page', () => {
  const mark = '<!-- figures -->'
  expect(between(`before\n${mark}\nold\n${mark}\nafter`, 'new')).toBe(`before\n${mark}\n\nnew\n\n${mark}\nafter`)
  expect(between('a page without marks', 'new')).toBe('new\n')
})
