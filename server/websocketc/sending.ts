import { readFile } from 'node:fs/promises'

import type { Sendable, ViewName } from '../../shared/client/views.ts'
import type { Connection } from '../client.ts'
import type { Given, Settings } from './options.ts'
import { fromBytes, fromText } from './outgoing.ts'
import { InputError, pipe } from './piped.ts'
import type { Io } from './printer.ts'

/** Lets senders wait while the connection is coming back. */
export class Reopening {
  #waiting: (() => void)[] = []

  /** To be called at each change of state. */
  changed(): void {
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }

  /** Sends as soon as the connection is open. Rejects once it has ended for good. */
  async send(connection: Connection, message: Sendable[ViewName]): Promise<void> {
    while (connection.state === 'reconnecting') await new Promise<void>((resolve) => this.#waiting.push(resolve))
    await connection.send(message)
  }
}

/**
 * Sends the messages of the command line, or else all of standard input.
 * @throws InputError for input that can't be read or sent as asked; Error when the connection ended before
 */
export async function sendAll(connection: Connection, reopening: Reopening, settings: Settings, io: Io): Promise<void> {
  const send = (message: Sendable[ViewName]) => reopening.send(connection, message)
  if (settings.sends.length === 0) return pipe(io.stdin, settings, send)
  for (const given of settings.sends) await send(await messageOf(given, settings))
}

async function messageOf(given: Given, settings: Settings): Promise<Sendable[ViewName]> {
  try {
    if (given.kind === 'text') return fromText(given.text, settings)
    return fromBytes(given.kind === 'bytes' ? given.bytes : await readFile(given.path), settings)
  } catch (error) {
    throw new InputError((error as Error).message, { cause: error })
  }
}
