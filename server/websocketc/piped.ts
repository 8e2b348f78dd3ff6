import type { Readable } from 'node:stream'

import type { Sendable, ViewName } from '../../shared/client/views.ts'
import type { Settings } from './options.ts'
import { fromBytes, fromText } from './outgoing.ts'

type Send = (message: Sendable[ViewName]) => Promise<void>

/** Longest message that a byte stream is cut into. */
const PIECE_MAX = 64 * 1024
/** Longest line taken; more is no line but another kind of file. */
const LINE_MAX = 16 * 1024 * 1024

/** Input that can't be sent as asked; the run ends with the status for bad usage. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** Sends standard input to its end, as slowly as the other side takes it. @throws InputError */
export async function pipe(input: Readable, settings: Settings, send: Send): Promise<void> {
  const wrapped = settings.view === 'json' || settings.view === 'cbor'
  if (settings.lines || wrapped) await pipeLines(input, settings, send)
  else await pipeBytes(input, settings, send)
}

async function pipeBytes(input: Readable, settings: Settings, send: Send): Promise<void> {
  if (settings.kind !== 'text') {
    for await (const piece of pieces(input)) await send(fromBytes(piece, settings))
    return
  }
  // A character may be cut by the border of two reads; the decoder keeps its first part for the next message.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const decode = (piece?: Uint8Array) => decoder.decode(piece, { stream: piece !== undefined })
  for await (const piece of pieces(input)) {
    const text = orComplain('The input', () => decode(piece))
    if (text) await send(text)
  }
  orComplain('The end of the input', () => decode())
}

async function* pieces(input: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of input as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += PIECE_MAX) yield chunk.subarray(at, at + PIECE_MAX)
  }
}

async function pipeLines(input: Readable, settings: Settings, send: Send): Promise<void> {
  let number = 0
  for await (const line of lines(input)) {
    number++
    if (settings.kind === 'binary' || settings.view === 'packet') await send(fromBytes(line, settings))
    else {
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      await send(orComplain(`Line ${number}`, () => fromText(decoder.decode(line), settings)))
    }
  }
}

/** Lines without their line feed, or carriage return and line feed; the last may lack it. */
async function* lines(input: Readable): AsyncGenerator<Uint8Array> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield withoutReturn(Buffer.concat([...parts, chunk.subarray(from, at)]))
      parts = []
      length = 0
      from = at + 1
    }
    parts.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > LINE_MAX) throw new InputError(`A line of the input is longer than ${LINE_MAX} bytes`)
  }
  if (length > 0) yield withoutReturn(Buffer.concat(parts))
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 13 ? line.subarray(0, -1) : line
}

function orComplain<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : message
    throw new InputError(`${where} cannot be sent: ${why}`, { cause: error })
  }
}
