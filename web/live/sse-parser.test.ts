import { array, assert, nat, property } from 'fast-check'
import { expect, it } from 'vitest'

import { SseParser } from './sse-parser.ts'

const stream =
  ': sockgate\n\nid: 1\nevent: snapshot\ndata: {"a":1}\n\n: beat\n\nid: 2\nevent: opened\ndata: {"b":"ü"}\n\n'

it('finds the same events however the stream is cut', () => {
  assert(
    property(array(nat(stream.length)), (cuts) => {
      const parser = new SseParser()
      const ends = [...cuts, stream.length].toSorted((x, y) => x - y)
      const events = ends.flatMap((end, i) => parser.push(stream.slice(ends[i - 1] ?? 0, end)))
      expect(events).toEqual(['{"a":1}', '{"b":"ü"}'])
    }),
  )
})

it('waits for the end of an event', () => {
  const parser = new SseParser()
  expect(parser.push('data: 1\n')).toEqual([])
  expect(parser.push('\n')).toEqual(['1'])
})
