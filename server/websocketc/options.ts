import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

import { askedView } from '../../shared/client/asked-view.ts'
import { viewNames } from '../../shared/client/views.ts'
import type { ViewName } from '../../shared/client/views.ts'
import type { ConnectOptions } from '../client.ts'
import { packageVersion } from '../version.ts'
import { parseLimit } from './duration.ts'
import { epilogue } from './help.ts'
import { parseHex } from './hex.ts'

/** One message of the command line, in the order given there. */
export type Given =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string }

/** What one run is to do. */
export interface Settings {
  readonly url: string
  readonly view: ViewName
  readonly connect: ConnectOptions
  readonly sends: readonly Given[]
  /** Messages to wait for; null when none were asked for. */
  readonly expectCount: number | null
  /** Limit for the whole run in ms; null for none. */
  readonly timeoutMs: number | null
  /** Silence after the end of input that ends the run, in ms; null for none. */
  readonly waitMs: number | null
  readonly lines: boolean
  /** Kind of messages sent; null leaves it to where they come from. */
  readonly kind: 'text' | 'binary' | null
  readonly mtype: number
  readonly utype: number
  readonly hex: boolean
  readonly newline: boolean
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly historyFile: string | null
}

/** As commander collects them. */
interface Flags {
  view?: ViewName
  expectCount?: number
  timeout?: number | null
  wait?: number | null
  lines?: boolean
  text?: boolean
  binary?: boolean
  mtype: number
  utype: number
  header?: Record<string, string[]>
  token?: string
  origin?: string
  subprotocol?: string[]
  insecure?: boolean
  askText?: boolean
  reconnect?: boolean
  connectTimeout?: number | null
  pingInterval?: number | null
  hex?: boolean
  newline?: boolean
  json?: boolean
  quiet?: boolean
  verbose?: boolean
  history: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the command line. Help, version and mistakes are printed here; then the exit status is all there is to do.
 */
export function parse(args: readonly string[], environment: Environment): Settings | { readonly status: number } {
  const sends: Given[] = []
  const command = describe(sends)
  try {
    command.parse([...args], { from: 'user' })
    return settle(command.args[0]!, command.opts<Flags>(), sends, environment)
  } catch (error) {
    if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2 }
    process.stderr.write(`websocketc: ${(error as Error).message}\nTry websocketc --help.\n`)
    return { status: 2 }
  }
}

function describe(sends: Given[]): Command {
  const command = new Command('websocketc')
    .description('Talk to a WebSocket: type lines, pipe data, or send and expect from a script.')
    .argument('<url>', 'ws://, wss://, or ws+unix:///path/to.sock:/service')
    .usage('[options] URL')
    .exitOverride()
    .showHelpAfterError('Try websocketc --help.')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'websocketc: ')) })
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 110) })

  command
    .optionsGroup('What to send (otherwise: standard input)')
    .option('-s, --send <text>', 'send this message; repeatable', (text) => void sends.push({ kind: 'text', text }))
    .option('--send-hex <hex>', 'send these bytes; repeatable', (text) => {
      sends.push({ kind: 'bytes', bytes: checked(parseHex)(text, undefined) })
    })
    .option('--send-file <file>', 'send the content as one message; repeatable', (path) => {
      sends.push({ kind: 'file', path })
    })
    .option('-l, --lines', 'piped input: one message per line instead of as read')
    .addOption(new Option('-t, --text', 'send text messages (piped input and bytes are binary otherwise)'))
    .addOption(
      new Option('-b, --binary', 'send binary messages (lines and --send are text otherwise)').conflicts('text'),
    )

  command
    .optionsGroup('When to end (see below)')
    .option('-n, --expect-count <n>', 'end after this many messages came', checked(count))
    .option('--timeout <duration>', 'longest time for the whole run', checked(parseLimit))
    .option(
      '-w, --wait <duration>',
      'silence after the end of input that ends the run (default: 1s)',
      checked(parseLimit),
    )

  command
    .optionsGroup('The form of messages')
    .option(
      '--view <view>',
      `ask the gateway for this form: ${viewNames.join(', ')} (default: as the URL or sub-protocol says)`,
      checked(viewName),
    )
    .option('--utype <n>', 'type of plain text sent in the views json and cbor', checked(byte), 0)
    .option('--mtype <n>', 'message type likewise; 2 is DATA', checked(byte), 2)
    .option('--ask-text', 'ask the gateway to answer with text messages')

  command
    .optionsGroup('The connection')
    .option('-H, --header <line>', "request header, 'Name: value'; repeatable", checked(header))
    .option('--token <token>', 'sign in; better in WEBSOCKETC_TOKEN, where others cannot see it. Never printed')
    .option('--origin <origin>', 'pretend to be a page from there')
    .option('--subprotocol <name>', 'offer this sub-protocol; repeatable', (name, all?: string[]) => [
      ...(all ?? []),
      name,
    ])
    .option('-k, --insecure', 'wss: take any certificate')
    .option('-r, --reconnect', 'come back when the service ended or a loss may mend, with growing random waits')
    .option('--connect-timeout <duration>', 'for each attempt (default: 10s)', checked(parseLimit))
    .option('--ping-interval <duration>', 'ping this often; two unanswered end the connection', checked(parseLimit))

  return command
    .optionsGroup('Output')
    .option('--hex', 'show every message as hex')
    .option('--newline', 'end binary messages with a line feed, too')
    .option('--json', 'one JSON object per event')
    .option('-q, --quiet', 'nothing on standard error but errors')
    .option('--verbose', 'tell more on standard error')
    .option('--no-history', 'keep no history of typed lines')
    .version(packageVersion(), '--version', 'the version')
    .helpOption('-h, --help', 'this text')
    .addHelpText('after', epilogue)
}

function settle(url: string, flags: Flags, sends: Given[], environment: Environment): Settings {
  const { connectTimeout, pingInterval } = flags
  const view = flags.view ?? askedView(url, flags.subprotocol ?? [])
  const token = flags.token ?? environment['WEBSOCKETC_TOKEN']
  const kind = flags.text ? 'text' : flags.binary ? 'binary' : null
  if (kind && view !== 'payload') {
    throw new RangeError(`--${kind} is for the payload view; ${view} decides that itself`)
  }
  const connect: ConnectOptions = {
    headers: flags.header ?? {},
    subprotocols: flags.subprotocol ?? [],
    insecure: flags.insecure ?? false,
    text: flags.askText ?? false,
    reconnect: flags.reconnect ?? false,
    ...(flags.view && { view: flags.view }),
    ...(token && { token }),
    ...(flags.origin && { origin: flags.origin }),
    ...(connectTimeout && { connectTimeoutMs: connectTimeout }),
    ...(pingInterval && { pingIntervalMs: pingInterval }),
  }
  return {
    url,
    view,
    connect,
    sends,
    expectCount: flags.expectCount ?? null,
    timeoutMs: flags.timeout || null, // commander makes the null of "off" an empty string
    waitMs: flags.wait === undefined && flags.expectCount === undefined ? 1000 : flags.wait || null,
    lines: flags.lines ?? false,
    kind,
    mtype: flags.mtype,
    utype: flags.utype,
    hex: flags.hex ?? false,
    newline: flags.newline ?? false,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    historyFile: flags.history ? historyFile(environment) : null,
  }
}

function historyFile(environment: Environment): string | null {
  const home = environment['HOME']
  const state = environment['XDG_STATE_HOME'] || (home && `${home}/.local/state`)
  return state ? `${state}/sockgate/websocketc-history` : null
}

/** Turns what a parser throws into commander's kind of complaint, which names the option. */
function checked<T, P>(parser: (text: string, previous: P) => T): (text: string, previous: P) => T {
  return (text, previous) => {
    try {
      return parser(text, previous)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError('It must be a whole number, 0 or more.')
  return Number(text)
}

function viewName(text: string): ViewName {
  const view = viewNames.find((name) => name === text)
  if (!view) throw new RangeError(`Choose one of ${viewNames.join(', ')}.`)
  return view
}

function byte(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 255) throw new RangeError('It must be a whole number from 0 to 255.')
  return value
}

function header(line: string, all: Record<string, string[]> = {}): Record<string, string[]> {
  const [, name, value] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
  if (!name) throw new RangeError("Write it as 'Name: value'.")
  return { ...all, [name]: [...(all[name] ?? []), value!] }
}
