import { spellDuration } from '../../shared/units.ts'
import { connect, ConnectionError, explainClose, RefusedError } from '../client.ts'
import type { CloseInfo, Connection } from '../client.ts'
import { status } from './help.ts'
import { converse } from './interactive.ts'
import type { Dialogue } from './interactive.ts'
import type { Settings } from './options.ts'
import { fromBytes, fromText } from './outgoing.ts'
import { Patience } from './patience.ts'
import { InputError } from './piped.ts'
import { Printer } from './printer.ts'
import type { Io } from './printer.ts'
import { Reopening, sendAll } from './sending.ts'
import { Stopper } from './stopper.ts'

/** What the parts of one run share. */
interface Run {
  readonly settings: Settings
  readonly io: Io
  readonly printer: Printer
  readonly stopper: Stopper
  readonly patience: Patience
  readonly reopening: Reopening
  /** Set when the connection ended with input still to be sent. */
  cutOff: boolean
}

/** One run from connecting to the exit status (`status` in help.ts). */
export async function run(settings: Settings, io: Io): Promise<number> {
  const printer = new Printer(settings, io)
  const stopper = new Stopper(io, settings.timeoutMs)
  const patience = new Patience(settings.expectCount, settings.waitMs)
  const own: Run = { settings, io, printer, stopper, patience, reopening: new Reopening(), cutOff: false }
  try {
    return await talk(own)
  } catch (error) {
    if (stopper.reason) return stopped(own)
    if (error instanceof RefusedError) {
      printer.failure(error)
      return status.refused
    }
    printer.problem((error as Error).message)
    return status.usage
  } finally {
    patience.stop()
    stopper.dispose()
  }
}

/** From the opening to the end: reads, sends, and closes when there is nothing more to wait for. */
async function talk(own: Run): Promise<number> {
  const { settings, io, printer, stopper, patience, reopening } = own
  warnOfOpenToken(own)
  const connection = await connect(settings.url, {
    ...settings.connect,
    signal: stopper.signal,
    onState(state) {
      printer.state(state)
      reopening.changed()
    },
  })
  const interactive = settings.sends.length === 0 && io.stdin.isTTY
  greet(connection, own, interactive)
  const dialogue = interactive ? startDialogue(connection, own) : null
  const reading = read(connection, own)
  if (!dialogue) void sendInput(connection, own)
  else if (settings.expectCount !== null) patience.endOfInput() // typing has no end, only the count ends it
  void patience.over.then(() => connection.close())
  const info = await connection.closed
  await reading
  dialogue?.end()
  return conclude(info, own, interactive)
}

async function read(connection: Connection, { printer, patience }: Run): Promise<void> {
  try {
    for await (const message of connection) {
      await printer.message(message)
      patience.heard()
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error // how it ended is told by `closed`
  }
}

async function sendInput(connection: Connection, own: Run): Promise<void> {
  try {
    await sendAll(connection, own.reopening, own.settings, own.io)
    own.patience.endOfInput()
  } catch (error) {
    if (error instanceof InputError) own.stopper.stop({ why: 'input', error })
    else own.cutOff = true
  }
}

function startDialogue(connection: Connection, { settings, io, printer, stopper }: Run): Dialogue {
  return converse(io, printer, settings.historyFile, {
    sendText: (text) => connection.send(fromText(text, settings)),
    sendBytes: (bytes) => connection.send(fromBytes(bytes, settings)),
    ping: () => connection.ping(),
    say: (text) => printer.status(text),
    close(code, reason) {
      void connection.close(code, reason)
      stopper.stop({ why: 'asked' })
    },
  })
}

function greet(connection: Connection, { printer }: Run, interactive: boolean): void {
  const { url, protocol } = connection
  printer.event({ event: 'open', url, protocol })
  if (interactive) printer.status(`Connected to ${url}. /help lists the commands, ^D ends.`)
  else printer.detail(`Connected to ${url}.`)
  if (protocol) printer.detail(`Sub-protocol ${protocol}.`)
}

/** The exit status, and the words that go with it. */
function conclude(info: CloseInfo, own: Run, interactive: boolean): number {
  const { printer, patience, stopper, settings } = own
  printer.closed(info)
  if (info.error) return info.error instanceof RefusedError ? status.refused : status.lost
  if (interactive) printer.status(`${explain(info)}.`)
  if (stopper.reason) return stopped(own)
  if (!patience.satisfied) {
    const silence = patience.silent ? `Nothing came for ${spellDuration(settings.waitMs ?? 0)}` : explain(info)
    printer.problem(`${silence}: ${progress(own)}.`)
    return status.timeout
  }
  if (own.cutOff) {
    printer.problem(`${explain(info)} before all input was sent.`)
    return status.lost
  }
  if (!interactive) printer.detail(`${explain(info)}.`)
  return status.ended
}

function stopped(own: Run): number {
  const { stopper, printer, settings } = own
  const stop = stopper.reason!
  switch (stop.why) {
    case 'asked':
    case 'output-gone':
      return status.ended
    case 'time':
      printer.problem(`Time is up after ${spellDuration(settings.timeoutMs ?? 0)}: ${progress(own)}.`)
      return status.timeout
    case 'input':
      printer.problem(stop.error.message)
      return status.usage
  }
}

function explain({ code, reason }: CloseInfo): string {
  return explainClose(code, reason).replace(/\.$/, '')
}

function progress({ patience, settings }: Run): string {
  const { count } = patience
  const came = `message${(settings.expectCount ?? count) === 1 ? '' : 's'} came`
  return settings.expectCount === null ? `${count} ${came}` : `${count} of ${settings.expectCount} expected ${came}`
}

/** A token in clear text over a network can be read by everyone on the way. */
function warnOfOpenToken({ settings, printer }: Run): void {
  if (!settings.connect.token || !URL.canParse(settings.url)) return
  const { protocol, hostname } = new URL(settings.url)
  const local = /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/.test(hostname)
  if (protocol === 'ws:' && !local) printer.status('The token travels unencrypted to that host; use wss:// if you can.')
}
