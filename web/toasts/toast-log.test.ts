import { describe, expect, it } from 'vitest'

import { ToastLog } from './toast-log.ts'

const HOUR_MS = 3600_000

describe('ToastLog', () => {
  it('keeps what was said for a day, newest first', () => {
    const log = new ToastLog()
    log.add('one', 0)
    log.add('two', 20 * HOUR_MS)
    expect(log.getState().said.map(({ text }) => text)).toEqual(['two', 'one'])
    log.add('three', 25 * HOUR_MS)
    expect(log.getState().said.map(({ text }) => text)).toEqual(['three', 'two'])
  })

  it('counts what nobody has looked at', () => {
    const log = new ToastLog()
    log.add('one')
    log.add('two')
    expect(log.getState().unseen).toBe(2)
    log.seen()
    expect(log.getState().unseen).toBe(0)
    log.add('three')
    expect(log.getState().unseen).toBe(1)
  })

  it('has a limit', () => {
    const log = new ToastLog()
    for (let i = 0; i < 500; i++) log.add(`${i}`)
    expect(log.getState().said.length).toBe(200)
    expect(log.getState().said[0]?.text).toBe('499')
  })
})
