import { Buffer } from 'node:buffer'

import { expect, it } from 'vitest'

import type { TappedMessage } from '../gateway/tapped.ts'
import { shownMessage } from './shown-message.ts'

function shown(payload: string | Buffer, changes: Partial<TappedMessage> = {}) {
  const bytes = Buffer.from(payload as string)
  const message = {
    at: 5,
    direction: 'up',
    kind: 'binary',
    length: bytes.length,
    payload: bytes,
    partial: false,
  } as const
  return shownMessage({ ...message, ...changes })
}

it('shows text as text, whatever it is sent as', () => {
  const facts = { at: 5, direction: 'up', length: 6, cut: false, partial: false, base64: null, redacted: false }
  expect(shown('grüß')).toEqual({ ...facts, kind: 'binary', text: 'grüß' })
  expect(shown('grüß', { kind: 'text' })).toEqual({ ...facts, kind: 'text', text: 'grüß' })
})

it('shows what is no text as base64', () => {
  expect(shown(Buffer.from([0xff, 1]))).toMatchObject({ text: null, base64: '/wE=', redacted: false })
  expect(shown('a\0b')).toMatchObject({ text: null, base64: 'YQBi' })
})

it('shows text that was cut inside a character', () => {
  expect(shown(Buffer.from('grü').subarray(0, 3), { length: 100 })).toMatchObject({ text: 'gr', cut: true })
  expect(shown(Buffer.from('grü').subarray(0, 3), { kind: 'text', length: 4 }).text).toBe('gr\ufffd')
})

it('hides secrets in text, and behind a header of bytes', () => {
  expect(shown('{"password":"hunter2"}', { kind: 'text' })).toMatchObject({
    text: '{"password":"[redacted]"}',
    redacted: true,
  })
  const packet = shown(Buffer.concat([Buffer.from([0xff, 0, 0x80]), Buffer.from('{"token":"hunter2","a":"ü"}')]))
  const bytes = Buffer.from(packet.base64!, 'base64')
  expect(packet).toMatchObject({ text: null, redacted: true })
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0, 0x80]))
  expect(bytes.subarray(3).toString()).toBe('{"token":"[redacted]","a":"ü"}')
})

it('tells what is known of a frame', () => {
  expect(shown('', { kind: 'close', code: 1000, reason: 'bye' })).toMatchObject({ code: 1000, reason: 'bye' })
  expect(shown('x', { mtype: 2, utype: 7 })).toMatchObject({ mtype: 2, utype: 7 })
  expect(shown('x')).not.toHaveProperty('mtype')
})
