import { describe, expect, test } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import { ServiceHealth } from './service-health.ts'

const ending = (code: 'service-failed' | 'client-closed') => ({ code, close: 1014, detail: `it was ${code}`, at: 1 })

describe('ServiceHealth', () => {
  test('knows nothing of a service that nobody has asked for', () => {
    expect(new ServiceHealth().of('pong')).toEqual({ state: 'unknown', since: 0, lastError: null })
  })

  test('is up once a connection was made, and down when none can be; the state keeps the time it began', () => {
    const health = new ServiceHealth()
    const before = Date.now()
    health.works('pong')
    const up = health.of('pong')
    expect(up).toMatchObject({ state: 'up', lastError: null })
    expect(up.since).toBeGreaterThanOrEqual(before)
    health.works('pong')
    expect(health.of('pong')).toBe(up)
    health.unreachable('pong', new GateError('upstream-refused', 'it was upstream-refused'))
    expect(health.of('pong')).toMatchObject({ state: 'down', lastError: 'it was upstream-refused' })
    const { since } = health.of('pong')
    health.fails('pong', 'still nobody listens')
    expect(health.of('pong')).toEqual({ state: 'down', since, lastError: 'still nobody listens' })
  })

  test('tells a fault of a service that is there, and forgets it with the next connection', () => {
    const health = new ServiceHealth()
    health.works('pong')
    health.ended('pong', ending('service-failed'))
    expect(health.of('pong')).toMatchObject({ state: 'up', lastError: 'it was service-failed' })
    health.works('pong')
    expect(health.of('pong').lastError).toBeNull()
  })

  test('is down, too, when its socket is not there', () => {
    const health = new ServiceHealth()
    health.unreachable('pong', new GateError('no-service', 'there is no service with this name'))
    const lastError = 'there is no socket at its path: is the service running?'
    expect(health.of('pong')).toMatchObject({ state: 'down', lastError })
  })

  test('blames no service for what clients do, nor for what the gateway lacks', () => {
    const health = new ServiceHealth()
    health.ended('pong', ending('client-closed'))
    for (const code of ['client-lost', 'draining', 'no-descriptors'] as const) {
      health.unreachable('pong', new GateError(code))
    }
    expect(health.of('pong').state).toBe('unknown')
  })
})
