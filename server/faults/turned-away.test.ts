import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ProblemBody } from '../../shared/api.ts'
import { Gate } from '../testing/gate.ts'

/** Clients that never got as far as asking for a service: refused like all others, with a cause that everybody agrees on. */

let gate: Gate
beforeEach(async () => {
  gate = await Gate.start({ handshakeTimeoutMs: 300, admin: { host: '127.0.0.1', port: 0 } })
})
afterEach(() => gate.close())

/** Sends bytes and reads the answer to its end. */
async function say(bytes: string): Promise<{ status: number; problem: ProblemBody }> {
  const socket = connect(Number(gate.port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(bytes)
  const answer = await text(socket)
  const [head, body] = answer.split('\r\n\r\n')
  return { status: Number(head!.split(' ')[1]), problem: JSON.parse(body!) as ProblemBody }
}

describe('turned away before asking', () => {
  test.each([
    ['headers that never end', 'GET /pong HTTP/1.1\r\nHost: x\r\n', 408, 'slow-handshake'],
    ['headers of 64 KiB', `GET / HTTP/1.1\r\nX: ${'x'.repeat(65_536)}\r\n\r\n`, 431, 'headers-too-large'],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', 400, 'bad-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'bad-request',
    ],
  ])('%s', async (_what, bytes, status, code) => {
    const answer = await say(bytes)
    expect(answer).toMatchObject({ status, problem: { status, code } })
    const line = await gate.logged({ msg: 'connection refused', id: answer.problem.requestId })
    expect(line).toMatchObject({ cause: code, status, detail: answer.problem.detail })
    const [refused] = await gate.connections('refused')
    expect(refused).toMatchObject({ id: line.id, ending: { code, close: status, detail: line.detail } })
  })
})

test('a reload that changes nothing asks for no restart', async () => {
  gate.reload({})
  expect(await gate.logged({ msg: 'configuration read again' })).toMatchObject({ applied: [] })
  gate.reload({ timerMs: 1000 })
  expect(await gate.logged({ msg: 'configuration read again' })).toMatchObject({ applied: ['timer'] })
  expect(gate.unread.filter(({ level }) => level === 'warn')).toEqual([])
})
