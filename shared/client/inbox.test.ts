import { expect, test } from 'vitest'

import { Inbox } from './inbox.ts'

function inbox(maxBytes = 10) {
  const calls: string[] = []
  return { calls, box: new Inbox<number>(maxBytes, { full: () => calls.push('full'), room: () => calls.push('room') }) }
}

test('tells its owner once when it is full and once when half is read', async () => {
  const { calls, box } = inbox()
  for (const n of [1, 2, 3, 4]) box.push(n, 4)
  expect(calls).toEqual(['full'])
  const messages = box.messages()
  await messages.next()
  await messages.next()
  expect(calls).toEqual(['full'])
  await messages.next()
  expect(calls).toEqual(['full', 'room'])
})

test('a loop that was left can be taken up again, and an error comes after what is queued', async () => {
  const { box } = inbox()
  for (const n of [1, 2]) box.push(n, 1)
  for await (const n of box.messages()) {
    expect(n).toBe(1)
    break
  }
  box.end(new Error('lost'))
  const messages = box.messages()
  expect((await messages.next()).value).toBe(2)
  await expect(messages.next()).rejects.toThrow('lost')
})

test('a listener gets what is queued and what comes; two readers are refused', async () => {
  const { box } = inbox()
  box.push(1, 1)
  const got: number[] = []
  box.listen((n) => got.push(n))
  box.push(2, 1)
  expect(got).toEqual([1, 2])
  await expect(box.messages().next()).rejects.toThrow('being read already')
})

test('order holds over thousands of messages', async () => {
  const { box } = inbox(1e9)
  for (let n = 0; n < 5000; n++) box.push(n, 1)
  box.end(null)
  let next = 0
  for await (const n of box.messages()) expect(n).toBe(next++)
  expect(next).toBe(5000)
})
