import { once } from 'node:events'

import pc from 'picocolors'

import { readable, visible } from '../../shared/client/printable.ts'
import { withoutTokens } from '../../shared/client/redact.ts'
import { encodeJson } from '../../shared/client/views.ts'
import type { Received, ViewName } from '../../shared/client/views.ts'
import { ConnectionError, RefusedError } from '../client.ts'
import type { CloseInfo, State } from '../client.ts'
import { hexDump } from './hex.ts'
import type { Settings } from './options.ts'

/** The streams of a run. */
export interface Io {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** Everything a run writes: messages and events to standard output, words about them to standard error. */
export class Printer {
  readonly #settings: Settings
  readonly #io: Io
  readonly #colors
  /** Set while a line is being typed: writes above it. */
  above: ((write: () => void) => void) | null = null

  constructor(settings: Settings, io: Io) {
    this.#settings = settings
    this.#io = io
    this.#colors = pc.createColors(io.stderr.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb')
  }

  /** Writes one message; resolves when there is room for the next. */
  async message(message: Received[ViewName]): Promise<void> {
    const { stdout } = this.#io
    const shown = this.#settings.json ? eventLine(messageEvent(message)) : this.#show(message)
    let room = true
    this.#write(() => (room = stdout.write(shown)))
    // A reader that went away ends the run by its own error event.
    if (!room && !stdout.destroyed) await once(stdout, 'drain').catch(() => {})
  }

  /** With --json: an event that is not a message. */
  event(event: Readonly<Record<string, unknown>>): void {
    if (this.#settings.json) this.#write(() => this.#io.stdout.write(withoutTokens(eventLine(event))))
  }

  /** A change worth knowing while somebody looks on. */
  status(text: string): void {
    if (!this.#settings.quiet) this.#say(this.#colors.dim(visible(text)))
  }

  /** For --verbose. */
  detail(text: string): void {
    if (this.#settings.verbose) this.status(text)
  }

  /** Always said. */
  problem(text: string): void {
    this.#say(`${this.#colors.red('websocketc:')} ${visible(text)}`)
  }

  state(state: State): void {
    if (state.type !== 'reconnecting') return
    const { delayMs, attempt, error } = state
    this.event({ event: 'reconnecting', delayMs, attempt, ...failureFields(error) })
    this.status(`${error.message} Attempt ${attempt} in ${(delayMs / 1000).toFixed(1)} s.`)
  }

  closed(info: CloseInfo): void {
    const { code, reason, error } = info
    if (!error) return this.event({ event: 'closed', code, reason })
    this.failure(error)
  }

  failure(error: ConnectionError): void {
    this.event({ event: error instanceof RefusedError ? 'refused' : 'lost', ...failureFields(error) })
    this.problem(error.message)
  }

  #say(text: string): void {
    this.#write(() => this.#io.stderr.write(`${withoutTokens(text)}\n`))
  }

  #write(write: () => void): void {
    if (this.above) this.above(write)
    else write()
  }

  #show(message: Received[ViewName]): string | Uint8Array {
    const { hex, newline } = this.#settings
    const tty = this.#io.stdout.isTTY
    if (typeof message === 'object' && 'mtype' in message) {
      return hex
        ? `${JSON.stringify({ mtype: message.mtype, utype: message.utype })}\n${this.#dump(message.payload)}`
        : `${encodeJson(message)}\n`
    }
    if (hex) return this.#dump(typeof message === 'string' ? new TextEncoder().encode(message) : message)
    if (tty) return this.#forEyes(message)
    if (typeof message === 'string') return `${message}\n`
    return newline ? Buffer.concat([message, Buffer.from('\n')]) : message
  }

  #forEyes(message: string | Uint8Array): string {
    const text = typeof message === 'string' ? visible(message) : readable(message)
    if (text === undefined) return this.#dump(message as Uint8Array)
    const mark = this.above ? `${this.#colors.cyan('<')} ` : ''
    // While somebody types, the lines of one message stay in one column behind its mark.
    const body = this.above ? text.replace(/\n$/, '').replaceAll('\n', '\n  ') : text.replace(/\n$/, '')
    return `${mark}${body}\n`
  }

  #dump(bytes: Uint8Array): string {
    if (!this.#io.stdout.isTTY) return hexDump(bytes)
    const mark = this.above ? `${this.#colors.cyan('<')} ` : ''
    const length = `${bytes.length} byte${bytes.length === 1 ? '' : 's'}`
    return `${mark}${this.#colors.dim(length)}\n${hexDump(bytes, this.above ? '  ' : '')}`
  }
}

function eventLine(event: object): string {
  return `${JSON.stringify(event)}\n`
}

function messageEvent(message: Received[ViewName]): object {
  if (typeof message === 'string') return { event: 'message', kind: 'text', text: message }
  if ('mtype' in message) return { event: 'message', ...(JSON.parse(encodeJson(message)) as object) }
  return { event: 'message', kind: 'binary', base64: Buffer.from(message).toString('base64') }
}

function failureFields(error: Error): object {
  if (!(error instanceof ConnectionError)) return { reason: error.message }
  const { code, reason, retry, causeCode, requestId } = error
  const status = error instanceof RefusedError ? error.status : null
  return { code, status, cause: causeCode, reason, retry, requestId }
}
