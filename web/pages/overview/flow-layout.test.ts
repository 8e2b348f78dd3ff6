import { expect, it } from 'vitest'

import { connectionInfo } from '../../testing/connection-info.ts'
import { layoutFlow } from './flow-layout.ts'
import { flowOf } from './flow.ts'

const many = (count: number, service: string, peer: string) =>
  Array.from({ length: count }, (_, i) => connectionInfo(`${service}${peer}${i}`, { service, peer: `${peer}:1` }))

it('stacks boxes without overlap, all within the height', () => {
  const { height, columns } = layoutFlow(
    flowOf([...many(90, 'pong', '10.0.0.1'), ...many(3, 'chat', '10.0.0.2'), ...many(1, 'clock', '10.0.0.3')], []),
  )
  for (const boxes of columns) {
    for (const [i, box] of boxes.entries()) {
      expect(box.top).toBeGreaterThanOrEqual(i === 0 ? -0.001 : boxes[i - 1]!.top + boxes[i - 1]!.height)
      expect(box.top + box.height).toBeLessThanOrEqual(height + 0.001)
    }
  }
})

it('makes bands as thick as their connections are many, and never too thin to see', () => {
  const { gaps } = layoutFlow(flowOf([...many(300, 'pong', '10.0.0.1'), ...many(1, 'chat', '10.0.0.1')], []))
  const thick = gaps[1].map(({ path }) => {
    const [, from, to] = /^M0 (\S+)C.* 0 (\S+)Z$/.exec(path)!
    return Number(to) - Number(from)
  })
  expect(thick[0]! / 300).toBeCloseTo(150 / 301, 1)
  expect(thick[1]).toBeCloseTo(1.5, 1)
})

it('joins each box by bands of its own connections, refused ones apart', () => {
  const refused = connectionInfo('r', {
    state: 'refused',
    rules: ['deny-1'],
    ending: { code: 'policy-denied', close: 403, detail: '', at: 0 },
  })
  const { gaps, columns } = layoutFlow(flowOf(many(2, 'pong', '10.0.0.1'), [refused]))
  expect(columns.map((boxes) => boxes.length)).toEqual([2, 2, 1])
  expect(gaps.map((bands) => bands.map((band) => band.refused))).toEqual([[false, true], [false]])
})

it('takes nothing', () => {
  expect(layoutFlow(flowOf([], [])).columns).toEqual([[], [], []])
})
