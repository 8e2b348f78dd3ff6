import { parseSize, UnitError } from '../../shared/units.ts'
import { text } from '../messages/conversation.ts'
import { jsonOf } from './decode.ts'
import { isReal } from './message.ts'
import type { Message } from './message.ts'

const say = text.filter

export type MessageTest = (message: Message) => boolean

/** A filter that is understood, or a sentence about the first word that is not. */
export type ParsedFilter =
  | { readonly test: MessageTest; readonly problem: null }
  | { readonly test: null; readonly problem: string }

interface Term {
  readonly name: string
  readonly sign: ':' | '>' | '<'
  readonly value: string
  readonly quoted: boolean
}

/** A word: perhaps a name and a sign, and a value that may stand in quotes; `\"` is a quote inside them. */
const WORD = /(?:([a-z][\w.$-]*)([:<>]))?(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/iy

/**
 * `dir:in size>1k kind:text json.type:"move" plain text`: words apart by blanks, all of which must be true of a message.
 * `json.a.b:` looks into the payload, by equality; in quotes a value is text, without also a number, `true` or `null`,
 * and `*` stands for any; `>` and `<` compare numbers. Other words are looked for in the payload, letter case ignored.
 */
export function parseFilter(filter: string): ParsedFilter {
  try {
    const tests = terms(filter).map(testOf)
    return { test: (message) => tests.every((test) => test(message)), problem: null }
  } catch (error) {
    if (error instanceof FilterError) return { test: null, problem: error.message }
    throw error
  }
}

class FilterError extends Error {}

function terms(filter: string): Term[] {
  const found: Term[] = []
  let at = 0
  for (;;) {
    while (/\s/.test(filter[at] ?? '')) at++
    if (at >= filter.length) return found
    WORD.lastIndex = at
    const [all = '', name = '', sign = ':', quoted, bare = ''] = WORD.exec(filter) ?? []
    if (all === '' || filter[at + all.length] === '"') throw new FilterError(say.openQuote)
    found.push({
      name: name.toLowerCase().startsWith('json.') ? `json.${name.slice(5)}` : name.toLowerCase(),
      sign: sign as Term['sign'],
      value: quoted?.replace(/\\(.)/g, '$1') ?? bare,
      quoted: quoted !== undefined,
    })
    at += all.length
  }
}

const fields: Readonly<Record<string, (term: Term) => MessageTest>> = {
  '': contains,
  dir: direction,
  direction,
  kind,
  size,
  length: size,
  type: typeIs('mtype'),
  mtype: typeIs('mtype'),
  utype: typeIs('utype'),
}

function testOf(term: Term): MessageTest {
  if (term.name === 'json') throw new FilterError(say.noPath)
  if (term.name.startsWith('json.')) return inJson(term)
  const field = Object.hasOwn(fields, term.name) ? fields[term.name] : undefined
  if (field === undefined) throw new FilterError(say.unknownField(term.name))
  if (term.name !== '' && term.value === '') throw new FilterError(say.noValue(term.name))
  return field(term)
}

function contains({ value }: Term): MessageTest {
  const wanted = value.toLowerCase()
  return (message) => searchable(message).includes(wanted)
}

const lower = new WeakMap<Message, string>()

/** The payload to search in: of bytes, those that are ASCII, so that names in binary forms are found. */
function searchable(message: Message): string {
  let found = lower.get(message)
  if (found === undefined) {
    const { text: plain, bytes, reason } = message
    const payload = plain ?? Array.from(bytes ?? [], (byte) => String.fromCharCode(byte)).join('')
    found = `${payload} ${reason}`.toLowerCase()
    lower.set(message, found)
  }
  return found
}

const directions: Readonly<Record<string, Message['direction']>> = {
  in: 'up',
  up: 'up',
  sent: 'up',
  out: 'down',
  down: 'down',
  received: 'down',
}

function direction({ name, sign, value }: Term): MessageTest {
  mustBeEqual(name, sign)
  const wanted = Object.hasOwn(directions, value.toLowerCase()) ? directions[value.toLowerCase()] : undefined
  if (wanted === undefined) throw new FilterError(say.unknownDirection(value))
  return (message) => isReal(message) && message.direction === wanted
}

function kind({ name, sign, value }: Term): MessageTest {
  mustBeEqual(name, sign)
  const wanted = value.toLowerCase()
  if (!['text', 'binary', 'ping', 'pong', 'close'].includes(wanted)) throw new FilterError(say.unknownKind(value))
  return (message) => message.kind === wanted
}

function size({ sign, value }: Term): MessageTest {
  const bytes = readSize(value)
  return (message) => isReal(message) && compare(message.length, sign, bytes)
}

/** Also `1k` and `2m`, which people type. */
function readSize(value: string): number {
  const spelt = value.replace(/^(\d+)([km])i?b?$/i, (_, digits: string, unit: string) =>
    unit.toLowerCase() === 'k' ? `${digits}KiB` : `${digits}MiB`,
  )
  try {
    return parseSize(spelt)
  } catch (error) {
    if (error instanceof UnitError) throw new FilterError(say.badSize(value))
    throw error
  }
}

function typeIs(which: 'mtype' | 'utype'): (term: Term) => MessageTest {
  return ({ name, sign, value }) => {
    mustBeEqual(name, sign)
    if (!/^\d{1,3}$/.test(value) || Number(value) > 255) throw new FilterError(say.badNumber(name, value))
    return (message) => message[which] === Number(value)
  }
}

function inJson({ name, sign, value, quoted }: Term): MessageTest {
  const path = name.slice('json.'.length).split('.')
  if (path.includes('')) throw new FilterError(say.noPath)
  if (value === '' && !quoted) throw new FilterError(say.noValue(name))
  if (sign !== ':') {
    const limit = Number(value)
    if (Number.isNaN(limit)) throw new FilterError(say.badJsonNumber(value))
    return (message) => {
      const found = lookUp(message, path)
      return typeof found === 'number' && compare(found, sign, limit)
    }
  }
  return (message) => {
    const found = lookUp(message, path)
    if (found === undefined) return false
    if (!quoted && value === '*') return true
    return typeof found === 'string' ? found === value : !quoted && JSON.stringify(found) === value
  }
}

function lookUp(message: Message, path: readonly string[]): unknown {
  let value = jsonOf(message)?.value
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

function compare(value: number, sign: Term['sign'], limit: number): boolean {
  if (sign === ':') return value === limit
  return sign === '>' ? value > limit : value < limit
}

function mustBeEqual(name: string, sign: Term['sign']): void {
  if (sign !== ':') throw new FilterError(say.noCompare(name, sign))
}
