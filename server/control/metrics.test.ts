import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { ControlRig, send } from '../testing/control.ts'
import { FakePolicy } from '../testing/fake-policy.ts'
import { FakeRegistry } from '../testing/fake-registry.ts'
import { makeMetrics } from './metrics.ts'
import type { Metrics } from './metrics.ts'

let registry: FakeRegistry
let policy: FakePolicy
let metrics: Metrics

beforeEach(() => {
  registry = new FakeRegistry()
  policy = new FakePolicy()
  metrics = makeMetrics({ registry, policy: () => policy.state() })
})

afterEach(() => metrics.close())

/** The value of a line such as `name{label="x"}`. */
async function value(line: string): Promise<number | null> {
  const found = (await metrics.text()).split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? null : Number(found.slice(line.length))
}

describe('metrics', () => {
  it('count connections, by service and by cause', async () => {
    registry.open('a')
    registry.open('b')
    registry.open('c', { service: 'chat' })
    registry.end('a')
    expect(await value('sockgate_connections_open{service="pong"}')).toBe(1)
    expect(await value('sockgate_connections_open{service="chat"}')).toBe(1)
    expect(await value('sockgate_connections_opened_total')).toBe(3)
    expect(await value('sockgate_connections_closed_total{cause="client-closed"}')).toBe(1)
    registry.end('c')
    expect(await value('sockgate_connections_open{service="chat"}')).toBeNull()
  })

  it('add up what is and was carried, and never go down', async () => {
    registry.open('a')
    registry.open('b')
    registry.move('a', 3)
    registry.move('b', 4)
    const messages = () => value('sockgate_messages_total{direction="up"}')
    expect(await messages()).toBe(7)
    expect(await value('sockgate_bytes_total{direction="up"}')).toBe(70)
    expect(await value('sockgate_bytes_total{direction="down"}')).toBe(0)
    registry.end('a')
    expect(await messages()).toBe(7)
    expect(await messages()).toBe(7)
    registry.end('b')
    expect(await messages()).toBe(7)
  })

  it('have at most so many services', async () => {
    for (let at = 0; at < 250; at++) registry.open(`c${at}`, { service: `s${at}` })
    for (let at = 0; at < 3; at++) registry.open(`d${at}`, { service: 'busy' })
    const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('sockgate_connections_open{'))
    expect(lines).toHaveLength(101)
    expect(lines[0]).toBe('sockgate_connections_open{service="busy"} 3')
    expect(await value('sockgate_connections_open{service="other"}')).toBe(151)
  })

  it('escape what a name may hold', async () => {
    registry.open('a', { service: 'x"}\n evil 1' })
    expect(await metrics.text()).toContain('service="x\\"}\\n evil 1"')
  })

  it('tell of queues, decisions, the policy, the loop and the process', async () => {
    registry.open('a', { queued: { toClient: 10, toService: 20 } })
    metrics.decided(0.003)
    for (let i = 1; i < 16; i++) metrics.decided(1000) // not of the sample
    metrics.decided(0.02)
    policy.commit()
    expect(await value('sockgate_queued_bytes{to="client"}')).toBe(10)
    expect(await value('sockgate_queued_bytes{to="service"}')).toBe(20)
    expect(await value('sockgate_decision_seconds_count')).toBe(2)
    expect(await value('sockgate_decision_seconds_bucket{le="0.000005"}')).toBe(1)
    expect(await value('sockgate_policy_version')).toBe(2)
    expect(await value('sockgate_policy_pending')).toBe(0)
    expect(await value('sockgate_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0)
    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(await value('process_open_fds')).toBeGreaterThan(3)
    const before = (await value('process_cpu_seconds_total'))!
    expect(await value('process_cpu_seconds_total')).toBeGreaterThanOrEqual(before)
  })

  it('let go of the registry', () => {
    expect(registry.subscribers).toBe(1)
    metrics.close()
    expect(registry.subscribers).toBe(0)
  })
})

it('are for those who may look', async () => {
  const rig = new ControlRig()
  const app = await rig.app()
  const token = await rig.token('viewer')
  rig.registry.open('a')
  const answer = await send(app, 'GET', '/metrics', { token })
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.body).toContain('sockgate_connections_open{service="pong"} 1')
  expect(answer.body).not.toContain(token)
  expect((await send(app, 'GET', '/metrics')).statusCode).toBe(401)
  await rig.close()
})
