import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'

import { serve, startInTerminal } from './testing.ts'
import type { Running, TestServer } from './testing.ts'

const hasTerminal = existsSync('/usr/bin/script')

let server: TestServer
let state: string
let peer: WebSocket
let closed: Promise<unknown[]>
let received: { text: string; isBinary: boolean }[]

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'websocketc-'))
  received = []
  server = await serve({
    '/chat': (socket) => {
      peer = socket
      closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, reason.toString()])))
      socket.on('message', (data: Buffer, isBinary) => {
        received.push({ text: data.toString('latin1'), isBinary })
        socket.send(`got ${data.length}`)
      })
    },
  })
})

afterEach(() => {
  server.close()
  rmSync(state, { recursive: true })
})

async function talk(...args: string[]): Promise<Running & { type(text: string): void }> {
  const running = startInTerminal([...args, server.url('/chat')], { XDG_STATE_HOME: state })
  await running.says('> ')
  return { ...running, type: (text) => void running.child.stdin!.write(text) }
}

describe.skipIf(!hasTerminal)('in a terminal', () => {
  test('a message that arrives while a line is being typed keeps the line and the cursor', async () => {
    const terminal = await talk()
    terminal.type('helo wörld')
    await terminal.says('rld')
    terminal.type('\u001b[D'.repeat(7)) // seven to the left: behind "hel"
    await terminal.says('\u001b[1D'.repeat(7))
    peer.send('from outside\nsecond line')
    await terminal.says('< from outside\r\n  second line\r\n')
    await terminal.says('> helo w\u00c3\u00b6rld\u001b[6G') // the line again below, cursor where it was
    terminal.type('l')
    await terminal.says('> hello')
    terminal.type('\r')
    await terminal.says('< got 12')
    expect(received).toEqual([{ text: Buffer.from('hello wörld').toString('latin1'), isBinary: false }])
    terminal.type('\u0004')
    expect((await terminal.done).code).toBe(0)
    expect(await closed).toEqual([1000, ''])
  })

  test('the commands: bytes, ping, help, mistakes, close', async () => {
    const terminal = await talk()
    terminal.type('/hex 00 ff\r')
    await terminal.says('< got 2')
    expect(received).toEqual([{ text: '\u0000\u00ff', isBinary: true }])
    terminal.type('/ping\r')
    await terminal.says('Pong after')
    terminal.type('/nope\r')
    await terminal.says('There is no command /nope')
    terminal.type('/hex 0\r')
    await terminal.says('"0" is not hex')
    terminal.type('//path\r')
    await terminal.says('< got 5')
    terminal.type('/close 4001 see you\r')
    const { code, stdout } = await terminal.done
    expect(code).toBe(0)
    expect(stdout).toContain('see you (4001).')
    expect(await closed).toEqual([4001, 'see you'])
  })

  test('binary is shown as hex, text that would steer the terminal is made visible', async () => {
    const terminal = await talk()
    peer.send(Buffer.from([0, 1, 0x41]))
    await terminal.says('< 3 bytes\r\n  00000000  00 01 41 ')
    peer.send('\u001b[31mred')
    await terminal.says('< \\x1b[31mred')
    peer.send(Buffer.from('readable'))
    await terminal.says('< readable')
    terminal.type('/quit\r')
    expect((await terminal.done).code).toBe(0)
  })

  test('typed lines are kept between runs for their owner alone, unless told otherwise', async () => {
    const file = join(state, 'sockgate', 'websocketc-history')
    const silent = await talk('--no-history')
    silent.type('one\r')
    await silent.says('got 3')
    silent.type('\u0003')
    expect((await silent.done).code).toBe(0)
    expect(existsSync(file)).toBe(false)

    const first = await talk()
    first.type('remember me\r')
    await first.says('got 11')
    first.type(' secret\r')
    await first.says('got 7')
    first.type('/quit\r')
    await first.done
    expect(readFileSync(file, 'utf8')).toBe('remember me\n/quit\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const second = await talk()
    second.type('\u001b[A\u001b[A\r') // up, up
    await second.says('got 11')
    expect(received.at(-1)!.text).toBe('remember me')
    second.type('\u0004')
    await second.done
  })

  test('when the other side breaks off, the terminal is given back with the reason', async () => {
    const terminal = await talk()
    terminal.type('half a li')
    await terminal.says('half a li')
    peer.terminate()
    const { code, stdout } = await terminal.done
    expect(code).toBe(1)
    expect(stdout).toContain('websocketc: lost: the connection broke off without a goodbye (1006).')
  })
})
