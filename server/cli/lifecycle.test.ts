import { EventEmitter } from 'node:events'

import { expect, it } from 'vitest'

import { untilEnded } from './lifecycle.ts'

function gateway() {
  const done = withResolvers()
  const calls: string[] = []
  const signals = new EventEmitter()
  const ended = untilEnded({
    signals,
    drain: () => {
      calls.push('drain')
      return done.promise
    },
    reload: () => void calls.push('reload'),
    onDrain: () => void calls.push('told'),
  })
  return { done, calls, signals, ended }
}

it.each(['SIGTERM', 'SIGINT'])('%s drains, and the end of that is the end', async (signal) => {
  const { done, calls, signals, ended } = gateway()
  signals.emit('SIGHUP')
  signals.emit(signal)
  signals.emit('SIGHUP')
  expect(calls).toEqual(['reload', 'told', 'drain'])
  done.resolve()
  expect(await ended).toBe('drained')
  expect(signals.eventNames()).toEqual([])
})

it('a second signal ends at once', async () => {
  const { calls, signals, ended } = gateway()
  signals.emit('SIGTERM')
  signals.emit('SIGINT')
  expect(await ended).toBe('cut')
  expect(calls).toEqual(['told', 'drain'])
})

it('a drain that fails is told', async () => {
  const { done, signals, ended } = gateway()
  signals.emit('SIGTERM')
  done.reject(new Error('stuck'))
  await expect(ended).rejects.toThrow('stuck')
})

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, ...settle! }
}
