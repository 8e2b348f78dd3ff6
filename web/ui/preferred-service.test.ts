import { expect, it } from 'vitest'

import { preferredService } from './preferred-service.ts'

function service(name: string, lastError: string | null = null) {
  return {
    name,
    target: `unix:${name}`,
    codec: 'raw',
    from: 'discovered',
    connections: 0,
    lastError,
    state: 'unknown',
    since: 0,
  } as const
}

it('suggests the sample, else the first that did not fail', () => {
  expect(preferredService([service('chat'), service('pong')])).toBe('pong')
  expect(preferredService([service('audio', 'nobody listens'), service('clock')])).toBe('clock')
  expect(preferredService([service('clock'), service('pong', 'nobody listens')])).toBe('clock')
})

it('suggests one that failed when there is no other, and none when there is none', () => {
  expect(preferredService([service('audio', 'nobody listens'), service('pong', 'nobody listens')])).toBe('pong')
  expect(preferredService([])).toBeUndefined()
})
