import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { eventData } from './event-source.ts'

async function read(chunks: readonly string[]): Promise<string[]> {
  async function* stream() {
    yield* chunks
  }
  const events: string[] = []
  for await (const data of eventData(stream())) events.push(data)
  return events
}

const text = ': hello\n\nid: 1\nevent: message\ndata: {"a":1}\n\ndata:x\r\ndata: y\r\n\r\n: beat\n\ndata: cut off'

it('reads the data of each whole event', async () => {
  expect(await read([text])).toEqual(['{"a":1}', 'x\ny'])
})

it('reads the same however it is split', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const chunks = at.slice(1).map((end, i) => text.slice(at[i], end))
      expect(await read(chunks)).toEqual(['{"a":1}', 'x\ny'])
    }),
  )
})

it('does not grow without end', async () => {
  const piece = 'x'.repeat(1024 * 1024)
  await expect(read(Array.from({ length: 65 }, () => piece))).rejects.toThrow('more than')
})
