import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

import type { GateError } from '../../shared/causes.ts'
import { native } from '../native/libc.ts'
import { BARRIER_FRAME_MAX, BarrierSender } from './barrier.ts'
import type { BarrierOptions } from './barrier.ts'

/**
 * Reads as the original services do: one blocking recv, one message. Says the size and the first byte of each. Starts
 * to read once it was told to by a byte on its standard input. With "late" it lets each wait for 10 ms first: a frame
 * of several segments is all there then, and one that was sent too early behind it would be, too.
 */
const RECEIVER = `
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
static unsigned char buffer[2000000];
int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, argv[argc - 1]);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 8)) return 1;
  puts("ready");
  fflush(stdout);
  int peer = accept(listener, 0, 0);
  if (peer < 0 || getchar() == EOF) return 2;
  int late = argc > 2;
  for (;;) {
    struct pollfd wait = {.fd = peer, .events = POLLIN};
    if (late && poll(&wait, 1, -1) == 1) usleep(10000);
    ssize_t n = recv(peer, buffer, sizeof buffer, 0);
    printf("%zd %d\\n", n, n > 0 ? buffer[0] : -1);
    fflush(stdout);
    if (n <= 0) return 0;
  }
}
`

let dir = ''
let count = 0

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sockgate-barrier-'))
  writeFileSync(join(dir, 'receiver.c'), RECEIVER)
  execFileSync('cc', ['-O1', '-o', join(dir, 'receiver'), join(dir, 'receiver.c')])
})

afterAll(() => rmSync(dir, { recursive: true }))

interface Receiver {
  readonly process: ChildProcessWithoutNullStreams
  /** Connected, allowed to half-open, read by nobody. */
  readonly socket: Socket
  /** Lets it read. */
  readonly start: () => void
  /** Sizes and first bytes of its reads up to the end of the stream. */
  readonly reads: () => Promise<string[]>
}

async function receiver(...mode: 'late'[]): Promise<Receiver> {
  const path = join(dir, `s${count++}`)
  const child = spawn(join(dir, 'receiver'), [...mode, path])
  const lines = createInterface(child.stdout)
  await once(lines, 'line')
  const got: string[] = []
  lines.on('line', (line) => got.push(line))
  const ended = once(lines, 'close')
  const socket = connect({ path, allowHalfOpen: true }).pause()
  await once(socket, 'connect')
  onTestFinished(() => {
    socket.destroy()
    child.kill('SIGKILL')
  })
  const start = () => void child.stdin.write('x')
  const reads = async () => {
    await ended
    return got
  }
  return { process: child, socket, start, reads }
}

function sender(socket: Socket, options: Partial<BarrierOptions> = {}): BarrierSender {
  const onError = (error: GateError) => socket.destroy(error)
  return new BarrierSender(socket, { highWaterBytes: 1 << 20, onDrain: () => {}, onError, ...options })
}

const frame = (length: number, mark: number) => Buffer.alloc(length, mark & 0xff)

const expected = (frames: readonly Buffer[]) => [...frames.map((one) => `${one.length} ${one[0]}`), '0 -1']

test('the receiver can fail: plain writes are glued together', async () => {
  const { socket, start, reads } = await receiver()
  for (let i = 0; i < 10; i++) socket.write(frame(64, i))
  socket.end()
  start()
  expect(await reads()).toEqual(['640 0', '0 -1'])
})

test('2,000 frames in bursts of ten: each read is one frame', async () => {
  const { socket, start, reads } = await receiver()
  const barrier = sender(socket)
  const frames = Array.from({ length: 2000 }, (_, i) => frame(1 + ((i * 37) % 300), i))
  start()
  for (let burst = 0; burst < 200; burst++) {
    for (const one of frames.slice(burst * 10, burst * 10 + 10)) barrier.send(one)
    await new Promise(setImmediate)
  }
  barrier.end()
  expect(await reads()).toEqual(expected(frames))
})

test('a reader that was away gets every frame by itself; the sender holds the rest', async () => {
  const { socket, start, reads } = await receiver()
  let drained = () => {}
  const drain = new Promise<void>((resolve) => (drained = resolve))
  const barrier = sender(socket, { highWaterBytes: 50_000, onDrain: drained })
  const frames: Buffer[] = []
  do frames.push(frame(36_544 - frames.length, frames.length))
  while (barrier.send(frames.at(-1)!))
  expect(barrier.queuedBytes).toBeGreaterThan(50_000)
  start()
  await drain
  expect(barrier.queuedBytes).toBeLessThanOrEqual(25_000)
  barrier.end()
  expect(await reads()).toEqual(expected(frames))
})

test('nothing waits when the service reads: the first frame leaves within the call', async () => {
  const { socket, start, reads } = await receiver()
  const barrier = sender(socket)
  expect(barrier.send(frame(10, 1))).toBe(true)
  expect(barrier.queuedBytes).toBe(0)
  expect(socket.writableLength).toBe(0)
  barrier.end()
  start()
  expect(await reads()).toEqual(['10 1', '0 -1'])
})

// A reader that waits already may overtake a sender that loses its processor in the middle of a long frame; nothing a
// sender can do. What it can is to keep others away, which a late reader shows.
test('long frames come whole between short ones', async () => {
  const { socket, start, reads } = await receiver('late')
  const barrier = sender(socket)
  const sizes = [10, 100 << 10, 20, 20, 200 << 10, BARRIER_FRAME_MAX, 36_545, 36_544, 5]
  const frames = sizes.map((size, i) => frame(size, i))
  for (const one of frames) barrier.send(one)
  barrier.end()
  start()
  expect(await reads()).toEqual(expected(frames))
})

test('nothing leaves behind a long frame, nor a long one behind another, before it was read', async () => {
  const { socket, start, reads } = await receiver('late')
  const barrier = sender(socket)
  const frames = [frame(60_000, 1), frame(20, 2), frame(60_000, 3)]
  barrier.send(frames[0]!)
  expect(barrier.queuedBytes).toBe(0)
  barrier.send(frames[1]!)
  expect(barrier.queuedBytes).toBe(20)
  barrier.send(frames[2]!)
  barrier.end()
  expect(barrier.queuedBytes).toBe(60_020)
  start()
  expect(await reads()).toEqual(expected(frames))
})

test('a frame that does not fit the kernel’s queue is refused with its limit', async () => {
  const { socket } = await receiver()
  const failed = new Promise<GateError>((resolve) => {
    expect(sender(socket, { onError: resolve }).send(frame(BARRIER_FRAME_MAX + 1, 1))).toBe(false)
  })
  expect(await failed).toMatchObject({ code: 'client-too-large', message: expect.stringContaining('219264 bytes') })
})

test('part of a frame is an error, and nothing follows it', async () => {
  const { socket } = await receiver()
  const half = { ...native()!, sendWithDescriptor: (_fd: number, data: Uint8Array) => data.length >> 1 }
  let barrier: BarrierSender | undefined
  const error = await new Promise<GateError>((resolve) => {
    barrier = sender(socket, { onError: resolve, native: half })
    barrier.send(frame(100, 1))
    barrier.send(frame(100, 2))
  })
  expect(error).toMatchObject({ code: 'service-failed', message: expect.stringContaining('only 50 of a frame') })
  expect(barrier!.queuedBytes).toBe(0)
})

test('the service dies with frames on the way: one error', async () => {
  const { socket, process: child } = await receiver()
  const failed = new Promise<GateError>((resolve, reject) => {
    let errors = 0
    const onError = (error: GateError) => (++errors === 1 ? resolve(error) : reject(new Error('twice')))
    const barrier = sender(socket, { onError })
    while (barrier.send(frame(30_000, 1)));
    child.kill('SIGKILL')
  })
  expect(await failed).toMatchObject({ code: 'service-failed', cause: { code: 'EPIPE' } })
})

test('the service dies without native calls: the socket says so, nothing is left', async () => {
  const { socket, process: child } = await receiver()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  socket.on('end', () => socket.destroy())
  socket.resume()
  const barrier = sender(socket, { native: null, highWaterBytes: 100_000 })
  while (barrier.send(frame(30_000, 1)));
  child.kill('SIGKILL')
  await closed
  expect(barrier.send(frame(10, 1))).toBe(true)
  expect(barrier.queuedBytes).toBe(0)
})

test('without native calls: at least 5 ms between two frames', async () => {
  const { socket, start, reads } = await receiver()
  const barrier = sender(socket, { native: null })
  const times: number[] = []
  const write = socket.write.bind(socket)
  socket.write = (data: string | Uint8Array) => {
    times.push(performance.now())
    return write(data)
  }
  start()
  for (let i = 0; i < 30; i++) barrier.send(frame(i % 7 === 0 ? 100_000 : 64, i))
  barrier.end()
  await reads()
  expect(times).toHaveLength(30)
  expect(Math.min(...times.slice(1).map((time, i) => time - times[i]!))).toBeGreaterThanOrEqual(5)
})

// The gap is no guarantee of one frame per read: a receiver that gets no processor for longer reads two at once.
test('without native calls: everything arrives, in order', async () => {
  const { socket, start, reads } = await receiver()
  const barrier = sender(socket, { native: null })
  const frames = Array.from({ length: 30 }, (_, i) => frame(i % 7 === 0 ? 100_000 : 64, i))
  start()
  for (const one of frames) barrier.send(one)
  expect(barrier.queuedBytes).toBeGreaterThan(0)
  barrier.end()
  const sizes = (await reads()).map((read) => Number(read.split(' ')[0]))
  expect(sizes.reduce((sum, size) => sum + size)).toBe(frames.reduce((sum, { length }) => sum + length, 0))
})

test('ends with its socket: no timer is left', async () => {
  const { socket } = await receiver()
  const barrier = sender(socket, { highWaterBytes: 0 })
  while (barrier.send(frame(30_000, 1)));
  socket.destroy()
  await once(socket, 'close')
  expect(barrier.queuedBytes).toBe(0)
})
