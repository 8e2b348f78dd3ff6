import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { Echo } from './echo.ts'

let dir: string
let echo: Echo

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sockgate-echo-'))
  echo = new Echo(dir)
})
afterEach(async () => {
  await echo.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('sends back what it gets, to the end', async () => {
  await echo.start()
  const socket = connect({ path: echo.path, allowHalfOpen: true })
  socket.end('x'.repeat(300_000))
  expect((await text(socket)).length).toBe(300_000)
})

test('only its owner may use the socket, and starting it twice is starting it once', async () => {
  await echo.start()
  await echo.start()
  expect(statSync(echo.path).mode & 0o777).toBe(0o600)
  expect(echo.running).toBe(true)
})

test('stopping ends its connections, and it can be started again', async () => {
  await echo.start()
  const socket = connect(echo.path)
  await new Promise((resolve) => socket.on('connect', resolve))
  const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
  await echo.stop()
  await closed
  expect(existsSync(echo.path)).toBe(false)
  await echo.start()
  expect(echo.running).toBe(true)
})
