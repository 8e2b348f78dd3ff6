import { parseCount, parseSize, UnitError } from '../units.ts'
import { parsePeer } from './conditions/index.ts'
import { parseFacts } from './facts.ts'
import type { Word } from './words.ts'

export type ListName = 'rules' | 'redirects' | 'tests' | 'defaults'

/** What the words of one line say, not yet checked by the schema. */
export interface Draft {
  /** Null when the first word tells nothing. */
  readonly list: ListName | null
  readonly value: Readonly<Record<string, unknown>>
  /** Where the fields stand: pointers within the entry. */
  readonly columns: ReadonlyMap<string, number>
  readonly problems: readonly { readonly pointer: string; readonly column: number; readonly message: string }[]
  /** Words are missing, so that there is nothing to check. */
  readonly incomplete: boolean
}

/** A `key=value` of a line: the field that it sets, and how its value is read. @throws RangeError or UnitError */
interface Key {
  readonly field: string
  read(text: string): unknown
}

const text = (field: string): Key => ({ field, read: (value) => value })
const count = (field: string, unit = ''): Key => ({
  field,
  read: (value) => parseCount(unit !== '' && value.endsWith(unit) ? value.slice(0, -unit.length) : value),
})

const keys: Readonly<Record<Exclude<ListName, 'defaults'>, Readonly<Record<string, Key>>>> = {
  rules: {
    until: text('/until'),
    id: text('/id'),
    'per-address': count('/limits/perAddress'),
    'per-user': count('/limits/perUser'),
    'per-service': count('/limits/perService'),
    messages: count('/limits/messagesPerSecond', '/s'),
    bytes: { field: '/limits/bytesPerSecond', read: (value) => parseSize(value.replace(/\/s$/, '')) },
    over: text('/limits/over'),
  },
  redirects: {
    percent: { field: '/percent', read: readPercent },
    fallback: text('/fallback'),
    until: text('/until'),
    id: text('/id'),
  },
  tests: { rule: text('/rule'), target: text('/target'), id: text('/id') },
}

const VERBS: Readonly<Record<string, ListName>> = {
  allow: 'rules',
  deny: 'rules',
  log: 'rules',
  redirect: 'redirects',
  test: 'tests',
  default: 'defaults',
}

/** How each kind of line is written, for those that lack words. */
const shapes: Readonly<Record<ListName, string>> = {
  rules: 'allow in SERVICE PEER',
  redirects: 'redirect FROM TO',
  tests: 'test allow in SERVICE PEER',
  defaults: 'default in deny',
}

/** The fields that stand at fixed places, in order, behind the verb. */
const places: Readonly<Record<ListName, readonly string[]>> = {
  rules: ['/direction', '/service'],
  redirects: ['/from', '/to'],
  tests: ['/expect', '/direction', '/service'],
  defaults: ['direction', 'verdict'],
}

/** Reads the words of one line, at least one. Never throws. */
export function readEntry(words: readonly Word[]): Draft {
  const off = words[0]!.text === 'off'
  const verb = words[off ? 1 : 0]
  const list = verb !== undefined && Object.hasOwn(VERBS, verb.text) ? VERBS[verb.text]! : null
  const entry = new EntryReader(list)
  if (verb === undefined || list === null) {
    const { column } = verb ?? words[0]!
    entry.problem(
      '',
      column,
      `a line begins with allow, deny, log, redirect, test or default, not ${quoted(verb?.text)}`,
    )
    return entry.draft()
  }
  if (off) entry.switchOff(words[0]!.column)
  const rest = words.slice(off ? 2 : 1)
  if (list === 'rules') entry.set('/action', verb.text, verb.column)
  if (rest.length < places[list].length) {
    const last = words.at(-1)!
    entry.problem('', last.column + last.text.length, `the line is too short: write ${shapes[list]}`)
    return entry.draft(true)
  }
  if (list === 'defaults') entry.default(rest)
  else {
    places[list].forEach((field, at) => entry.set(field, rest[at]!.text, rest[at]!.column))
    entry.optional(list, rest.slice(places[list].length))
  }
  return entry.draft()
}

class EntryReader {
  readonly #list: ListName | null
  readonly #value: Record<string, unknown> = {}
  readonly #columns = new Map<string, number>()
  readonly #problems: { pointer: string; column: number; message: string }[] = []

  constructor(list: ListName | null) {
    this.#list = list
  }

  draft(incomplete = false): Draft {
    const [list, value, columns, problems] = [this.#list, this.#value, this.#columns, this.#problems]
    return { list, value, columns, problems, incomplete }
  }

  problem(pointer: string, column: number, message: string): void {
    this.#problems.push({ pointer, column, message })
  }

  /** Sets the field at a pointer of one or two parts. */
  set(pointer: string, value: unknown, column: number): void {
    const [, first, second] = pointer.split('/') as [string, string, string?]
    if (second === undefined) this.#value[first] = value
    else this.#value[first] = { ...(this.#value[first] as object | undefined), [second]: value }
    if (!this.#columns.has(`/${first}`)) this.#columns.set(`/${first}`, column)
    this.#columns.set(pointer, column)
  }

  switchOff(column: number): void {
    if (this.#list === 'rules' || this.#list === 'redirects') this.set('/enabled', false, column)
    else this.problem('', column, 'only rules and redirects can be switched off')
  }

  default([direction, verdict, ...more]: readonly Word[]): void {
    const known = direction!.text === 'in' || direction!.text === 'out'
    if (!known) this.problem('', direction!.column, 'must be in or out')
    if (verdict!.text !== 'allow' && verdict!.text !== 'deny')
      this.problem('', verdict!.column, 'must be allow or deny')
    if (more.length > 0) this.problem('', more[0]!.column, 'nothing may follow here')
    if (known) this.set(`/${direction!.text}`, verdict!.text, verdict!.column)
  }

  /** Peer and `key=value`s, in any order. */
  optional(list: Exclude<ListName, 'defaults'>, words: readonly Word[]): void {
    const peer: string[] = []
    for (const word of words) {
      if (word.pair !== null) this.#pair(list, word)
      else {
        peer.push(word.text)
        this.#peerWord(list, word)
      }
    }
    const first = words.find(({ pair }) => pair === null)
    if (first !== undefined) this.set('/peer', peer.join(' '), first.column)
  }

  #peerWord(list: ListName, { text: word, column }: Word): void {
    try {
      if (list === 'tests') parseFacts('in', 'any', word)
      else parsePeer(word)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.problem('/peer', column, error.message)
    }
  }

  #pair(list: Exclude<ListName, 'defaults'>, { column, pair }: Word): void {
    const { key: name, value } = pair!
    const key = Object.hasOwn(keys[list], name) ? keys[list][name]! : null
    const known = Object.keys(keys[list]).map((each) => `${each}=`)
    if (key === null)
      return this.problem('', column, `there is no ${quoted(`${name}=`)} here, only ${known.join(', ')}`)
    if (this.#columns.has(key.field)) return this.problem(key.field, column, `${name}= is given twice`)
    try {
      this.set(key.field, key.read(value), column)
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof UnitError)) throw error
      this.set(key.field, undefined, column)
      this.problem(key.field, column, error.message)
    }
  }
}

function readPercent(value: string): number {
  const digits = value.replace(/%$/, '')
  if (!/^\d+(\.\d+)?(e-\d+)?$/.test(digits)) throw new RangeError(`${quoted(value)} is no percentage: write 10 or 0.5`)
  return Number(digits)
}

const quoted = (word = ''): string => JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word)
