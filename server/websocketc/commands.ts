import { formatLatency } from '../../shared/units.ts'
import { parseHex } from './hex.ts'

/** What a typed line can do. */
export interface Actions {
  sendText(text: string): Promise<void>
  sendBytes(bytes: Uint8Array): Promise<void>
  /** Round-trip time in ms. */
  ping(): Promise<number>
  close(code?: number, reason?: string): void
  say(text: string): void
}

interface Typed {
  readonly usage: string
  readonly summary: string
  run(rest: string, actions: Actions): Promise<void> | void
}

const typed: Readonly<Record<string, Typed>> = {
  '/hex': {
    usage: '/hex 00 ff 7a',
    summary: 'send these bytes as a binary message',
    run: (rest, actions) => actions.sendBytes(parseHex(rest)),
  },
  '/ping': {
    usage: '/ping',
    summary: 'measure the way there and back',
    run: async (_rest, actions) => actions.say(`Pong after ${formatLatency(await actions.ping())}.`),
  },
  '/close': {
    usage: '/close [code] [reason]',
    summary: 'say goodbye with a code and a reason, and end',
    run: close,
  },
  '/quit': {
    usage: '/quit',
    summary: 'say goodbye and end; so do ^D and ^C',
    run: (_rest, actions) => actions.close(),
  },
  '/help': { usage: '/help', summary: 'this list', run: (_rest, actions) => actions.say(help()) },
}

export const commandNames = Object.keys(typed)

/** Does what a typed line says. @throws Error with a sentence for the person who typed it */
export async function obey(line: string, actions: Actions): Promise<void> {
  if (line === '') return
  if (!line.startsWith('/')) return actions.sendText(line)
  if (line.startsWith('//')) return actions.sendText(line.slice(1))
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? []
  if (!Object.hasOwn(typed, name)) {
    throw new RangeError(`There is no command ${name}. /help lists them; // sends a line that begins with a slash.`)
  }
  await typed[name]!.run(rest, actions)
}

function close(rest: string, actions: Actions): void {
  const [, code, reason] = /^(\d+)?\s*(.*)$/.exec(rest)!
  if (!code && reason) throw new RangeError('Write the code before the reason: /close 1000 bye')
  actions.close(code ? Number(code) : undefined, reason)
}

function help(): string {
  const lines = Object.values(typed).map(({ usage, summary }) => `  ${usage.padEnd(24)}${summary}`)
  return [
    'A line is sent as it is; an empty one is not sent.',
    ...lines,
    '  //text                  send "/text"',
  ].join('\n')
}
