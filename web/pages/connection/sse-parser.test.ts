import { expect, it } from 'vitest'

import { SseParser } from './sse-parser.ts'

const stream = 'event: tap\nid: 0\ndata: {"a":1}\n\n: heartbeat\n\nid: 1\ndata: {"b":"ü"}\n\n'

it('finds the same events however the stream is cut', () => {
  for (let size = 1; size <= stream.length; size++) {
    const parser = new SseParser()
    const events: string[] = []
    for (let at = 0; at < stream.length; at += size) events.push(...parser.push(stream.slice(at, at + size)))
    expect(events).toEqual(['{"a":1}', '{"b":"ü"}'])
  }
})

it('gives up on an event that does not end', () => {
  expect(() => new SseParser().push(`data: ${'x'.repeat(5 * 1024 * 1024)}`)).toThrow(RangeError)
})
