import { existsSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { startDemo } from './demo.ts'
import type { Demo } from './demo.ts'

const running: Demo[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(running.splice(0).map((demo) => demo.stop()))
})

/** Log lines as they come, and a way to wait for one. */
function journal() {
  const lines: { fields: Record<string, unknown>; text: string }[] = []
  const waiting = new Set<() => void>()
  const write = (fields: object, text: string): void => {
    lines.push({ fields: { ...fields }, text })
    for (const wake of waiting) wake()
  }
  const pids = (service: string): number[] =>
    lines.filter(({ text }) => text === `demo service ${service} started`).map(({ fields }) => Number(fields['pid']))
  const until = (ready: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!ready()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { info: write, warn: write, pids, until }
}

async function start(log = journal()): Promise<Demo> {
  const demo = await startDemo(log)
  running.push(demo)
  return demo
}

async function dial(demo: Demo, service: string): Promise<Socket> {
  const socket = connect(join(demo.rundir, service))
  sockets.push(socket)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** Reads exactly `bytes`; what comes behind them is a failure. */
async function read(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let have = 0
  await new Promise<void>((resolve, reject) => {
    socket.on('close', () => reject(new Error(`closed after ${have} of ${bytes} bytes`)))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      have += chunk.length
      if (have >= bytes) resolve()
    })
  })
  socket.removeAllListeners('data').removeAllListeners('close')
  expect(have).toBe(bytes)
  return Buffer.concat(chunks)
}

function frame(payload: Buffer, type = 2, utype = 0): Buffer {
  const head = Buffer.from([type, 0, 0, 0, 0, utype])
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve))
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

describe('pong', () => {
  it('echoes all byte values, types and user types, and empty messages', async () => {
    const socket = await dial(await start(), 'pong')
    for (const sent of [frame(everyByte), frame(everyByte, 9, 255), frame(Buffer.alloc(0), 0, 1)]) {
      socket.write(sent)
      expect(await read(socket, sent.length)).toEqual(sent)
    }
  })

  it('puts together what comes byte by byte, and takes apart what comes together', async () => {
    const socket = await dial(await start(), 'pong')
    socket.setNoDelay(true)
    const sent = frame(Buffer.from('in pieces'), 2, 7)
    for (const byte of sent) await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve))
    expect(await read(socket, sent.length)).toEqual(sent)

    const several = Buffer.concat([frame(Buffer.from('one')), frame(Buffer.alloc(0)), frame(Buffer.alloc(300_000, 7))])
    socket.write(several.subarray(0, -1))
    expect(await read(socket, 15)).toEqual(several.subarray(0, 15))
    socket.write(several.subarray(-1))
    expect(several.subarray(15).equals(await read(socket, several.length - 15))).toBe(true)
  })

  it('answers in full a client that has closed its sending side', async () => {
    const socket = await dial(await start(), 'pong')
    const sent = frame(Buffer.alloc(1_000_000, 1))
    socket.end(sent)
    expect(sent.equals(await read(socket, sent.length))).toBe(true)
  })

  it('ends a connection that announces more than libipc allows, and only that one', async () => {
    const demo = await start()
    const [bad, good] = [await dial(demo, 'pong'), await dial(demo, 'pong')]
    const gone = closed(bad.resume())
    bad.write(Buffer.from([2, 0xff, 0xff, 0xff, 0xff, 0]))
    await gone
    good.write(frame(everyByte))
    expect(await read(good, 262)).toEqual(frame(everyByte))
  })
})

describe('clock', () => {
  it('says the time at once and goes on', async () => {
    const socket = await dial(await start(), 'clock')
    const lines = (await read(socket, 50)).toString().trimEnd().split('\n')
    const [first, second] = lines.map((line) => Date.parse(line))
    expect(Math.abs(Date.now() - first!)).toBeLessThan(10_000)
    expect(second! - first!).toBeGreaterThan(0)
  })
})

describe('chat', () => {
  it('sends each message to everybody, in the same order', async () => {
    const demo = await start()
    const room = await Promise.all(['ann', 'bob', 'eve'].map(() => dial(demo, 'chat')))
    // Whoever hears a message is in the room.
    const hello = frame(Buffer.from('hello'))
    for (const member of room) {
      member.write(hello)
      await untilHeard(member, hello)
    }
    const said = Buffer.concat([frame(Buffer.from('one'), 2, 1), frame(everyByte, 2, 2)])
    const heard = Promise.all(room.map((member) => untilHeard(member, said)))
    room[0]!.write(said)
    for (const everything of await heard) expect(everything.includes(said)).toBe(true)
  })

  it('drops a member that does not read, and nobody else', async () => {
    const demo = await start()
    const [reader, mute] = [await dial(demo, 'chat'), await dial(demo, 'chat')]
    const gone = closed(mute)
    mute.pause()
    const said = frame(Buffer.alloc(60_000, 1))
    const inRoom = frame(Buffer.from('here'))
    mute.write(inRoom)
    await untilHeard(reader, inRoom)
    for (let i = 0; i < 40; i++) {
      const heard = read(reader, said.length)
      reader.write(said)
      await heard
    }
    mute.resume()
    await gone
    reader.write(inRoom)
    expect(await read(reader, inRoom.length)).toEqual(inRoom)
  })
})

/** Reads until `words` came; resolves with all that came. */
function untilHeard(socket: Socket, words: Buffer): Promise<Buffer> {
  let seen = Buffer.alloc(0)
  return new Promise((resolve) => {
    const take = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      if (!seen.includes(words)) return
      socket.off('data', take)
      resolve(seen)
    }
    socket.on('data', take)
  })
}

describe('startDemo', () => {
  it('keeps its run dir to itself, and describes each service', async () => {
    const demo = await start()
    expect(statSync(demo.rundir).mode & 0o777).toBe(0o700)
    for (const name of demo.entries.keys()) expect(statSync(join(demo.rundir, name)).isSocket()).toBe(true)
    expect([...demo.entries.keys()]).toEqual(['pong', 'chat', 'clock'])
  })

  it('leaves neither processes nor files behind', async () => {
    const log = journal()
    const demo = await start(log)
    const pids = ['pong', 'clock', 'chat'].flatMap(log.pids)
    expect(pids).toHaveLength(3)
    await demo.stop()
    expect(existsSync(demo.rundir)).toBe(false)
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('restarts a service that was killed, over the socket it left', async () => {
    const log = journal()
    const demo = await start(log)
    process.kill(log.pids('pong')[0]!, 'SIGKILL')
    await log.until(() => log.pids('pong').length === 2)
    const socket = await dial(demo, 'pong')
    socket.write(frame(everyByte))
    expect(await read(socket, 262)).toEqual(frame(everyByte))
  })
})
