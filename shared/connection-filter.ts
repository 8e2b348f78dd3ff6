import type { ConnectionInfo } from './connection.ts'
import type { Range } from './policy/address.ts'
import { inRange, parseAddress, parseRange } from './policy/address.ts'
import { glob } from './policy/glob.ts'
import { parseCount, parseDuration, parseSize, UnitError } from './units.ts'

/** Most characters of a filter text; more is a mistake, and nobody could read it. */
export const FILTER_MAX = 500

type Test = (connection: ConnectionInfo) => boolean

/** What `name:value` looks at, and the value being what its row says. */
const fields: Readonly<Record<string, (value: string) => Test>> = {
  id: holds((c) => [c.id]),
  service: holds((c) => [c.service]),
  target: holds((c) => [c.target]),
  listener: holds((c) => [c.listener]),
  client,
  peer: client,
  origin: holds((c) => [c.origin ?? 'none']),
  user: is((c) => [c.user ?? 'none']),
  rule: is((c) => c.rules),
  state,
  view: is((c) => [c.view]),
  codec: is((c) => [c.codec]),
  cause: is((c) => [c.ending?.code ?? 'none']),
}

/** What `name>value` and `name<value` look at. */
const amounts: Readonly<Record<string, Amount>> = {
  age: { read: parseDuration, of: (c, now) => now - c.openedAt },
  ping: { read: parseDuration, of: (c) => c.pingMs ?? NaN },
  paused: { read: parseDuration, of: (c) => Math.max(c.paused.client, c.paused.service) },
  bytes: { read: parseSize, of: (c) => c.up.bytes + c.down.bytes },
  queued: { read: parseSize, of: (c) => queued(c) },
  messages: { read: parseCount, of: (c) => c.up.messages + c.down.messages },
}

const STATES = ['open', 'closing', 'closed', 'refused']

/** All that can stand before `:`, and before `>` and `<`, and the words for `state:`; for completion. */
export const filterKeys: readonly string[] = Object.keys(fields)
export const filterAmounts: readonly string[] = Object.keys(amounts)
export const filterStates: readonly string[] = [...STATES, 'paused']

interface Amount {
  read(text: string): number
  of(connection: ConnectionInfo, now: number): number
}

/**
 * Compiles a filter text: words apart by blanks, all of which must be found, letter case ignored.
 * `service:pong client:10.0.0.0/8 user:anna rule:r-12 origin:none state:paused age>1h text`. `user`, `rule`, `state`,
 * `view`, `codec` and `cause` must be equal, the other fields hold the value; `*` in it stands for any characters, and
 * then the whole must match. Any other word is looked for everywhere; in double quotes a text is taken as it is, blanks
 * and colons included. The API, the page and the terminal use the same.
 * @param clock for `age`, milliseconds since 1970
 * @throws RangeError with a sentence about the first word that is not understood
 */
export function connectionFilter(text: string, clock: () => number = Date.now): Test {
  if (text.length > FILTER_MAX) throw new RangeError(`a filter has at most ${FILTER_MAX} characters`)
  const tests = filterWords(text.toLowerCase()).map((word) => term(word, clock))
  return (connection) => tests.every((test) => test(connection))
}

/** One word of a filter text as it was written: `name`, `sign` and `value`, or only `value`; it is `text.slice(from, to)`. */
export interface FilterWord {
  readonly name: string
  readonly sign: string
  readonly value: string
  readonly from: number
  readonly to: number
}

/** A name and a sign, if any, then a value: in double quotes, or up to the next blank. */
const WORD = /(?:([a-z_][a-z_-]*)(:(?!\/\/)|[<>]=?))?(?:"([^"]*)"|(\S*))/iy

/**
 * The words of a filter text, understood or not; for chips and completion.
 * @throws RangeError when a quote does not end
 */
export function filterWords(text: string): FilterWord[] {
  const found: FilterWord[] = []
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, WORD.lastIndex)) {
    WORD.lastIndex = at
    const [whole, name = '', sign = '', quoted, plain = ''] = WORD.exec(text)!
    if (quoted === undefined && plain.startsWith('"'))
      throw new RangeError(`the quote before ${plain.slice(1)} does not end`)
    found.push({ name, sign, value: quoted ?? plain, from: at, to: at + whole.length })
  }
  return found
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at]!)) at++
  return at
}

function term({ name, sign, value }: FilterWord, clock: () => number): Test {
  if (sign === '') return everywhere(value)
  if (sign === ':') {
    if (!Object.hasOwn(fields, name)) throw unknown(name, fields, ':')
    if (value === '') throw new RangeError(`${name}: needs a value behind it`)
    return fields[name]!(value)
  }
  if (!Object.hasOwn(amounts, name)) throw unknown(name, amounts, '>')
  const amount = amounts[name]!
  const bound = quantity(name, value, amount)
  if (sign === '>') return (c) => amount.of(c, clock()) > bound
  if (sign === '>=') return (c) => amount.of(c, clock()) >= bound
  if (sign === '<') return (c) => amount.of(c, clock()) < bound
  return (c) => amount.of(c, clock()) <= bound
}

function unknown(name: string, known: Readonly<Record<string, unknown>>, sign: string): RangeError {
  const all = Object.keys(known).map((key) => key + sign)
  return new RangeError(
    `a filter knows no ${name}${sign} but ${all.join(', ')}; put a text in double quotes to look for it as it is`,
  )
}

/** Units are read as they are written, `64kib` too, as letter case does not count in a filter. */
function quantity(name: string, text: string, amount: Amount): number {
  try {
    return amount.read(
      text.replace(/([kmg])ib$/, (_, power: string) => `${power.toUpperCase()}iB`).replace(/(\d)b$/, '$1B'),
    )
  } catch (error) {
    if (!(error instanceof UnitError)) throw error
    throw new RangeError(`${name}: ${error.message}`, { cause: error })
  }
}

function everywhere(word: string): Test {
  return (c) =>
    `${c.id} ${c.service} ${c.target} ${c.peer} ${c.user ?? ''} ${c.origin ?? ''} ${c.state} ${c.ending?.code ?? ''} ${c.ending?.detail ?? ''}`
      .toLowerCase()
      .includes(word)
}

type Read = (connection: ConnectionInfo) => readonly string[]

function holds(read: Read): (value: string) => Test {
  return (value) => {
    if (value.includes('*')) return is(read)(value)
    return (connection) => read(connection).some((text) => text.toLowerCase().includes(value))
  }
}

function is(read: Read): (value: string) => Test {
  return (value) => {
    const pattern = value.includes('*') ? glob(value) : { test: (text: string) => text === value }
    return (connection) => read(connection).some((text) => pattern.test(text.toLowerCase()))
  }
}

function state(value: string): Test {
  if (value === 'paused') return (c) => c.state === 'open' && queued(c) > 0
  if (!STATES.includes(value))
    throw new RangeError(`state: must be ${STATES.join(', ')} or paused (bytes wait for a slow side)`)
  return (c) => c.state === value
}

const queued = ({ queued: { toClient, toService } }: ConnectionInfo): number => toClient + toService

/** An address or a range of them, or else a part of what the list shows. */
function client(value: string): Test {
  if (!value.includes('/') && parseAddress(value) === null) return holds((c) => [c.peer])(value)
  const range = addresses(value)
  return ({ peer }) => {
    const address = parseAddress(addressOf(peer))
    return address !== null && inRange(address, range)
  }
}

function addresses(text: string): Range {
  try {
    return parseRange(text)
  } catch (error) {
    throw new RangeError(`client: ${(error as Error).message}`, { cause: error })
  }
}

/** The address of a peer as lists show it: `127.0.0.1:52100`, `[::1]:52100`. */
function addressOf(peer: string): string {
  return peer.slice(0, Math.max(peer.lastIndexOf(':'), 0)).replace(/^\[|\]$/g, '')
}
