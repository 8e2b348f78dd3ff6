import { causes } from '../../shared/causes.ts'
import { filterAmounts, filterKeys, filterStates } from '../../shared/connection-filter.ts'
import { text } from '../messages/filter.ts'
import { filterWord } from '../ui/app-link.tsx'

/** Values that occur right now, by the name that stands before them: `service`, `user`, `rule`. */
export interface Known {
  readonly [name: string]: readonly KnownValue[]
}

export interface KnownValue {
  readonly value: string
  /** What it means; empty when the value says it. */
  readonly hint: string
}

export interface Offer {
  /** What stands in the text in the end, such as `service:pong`; a name alone ends with its sign. */
  readonly word: string
  readonly hint: string
}

/** The word under the cursor and what it may become. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly offers: readonly Offer[]
}

const OFFERS_MAX = 12
/** Names that say the same as another one. */
const ALIASES: readonly string[] = ['peer']
const AMOUNTS: Readonly<Record<string, readonly string[]>> = {
  age: ['10s', '5m', '1h', '24h'],
  ping: ['50ms', '200ms', '1s'],
  paused: ['100ms', '1s', '10s'],
  bytes: ['64KiB', '1MiB', '100MiB'],
  queued: ['0', '64KiB', '1MiB'],
  messages: ['0', '100', '10000'],
}

/** What may stand at the cursor: names, and behind a name and its sign the values that occur. */
export function complete(filter: string, cursor: number, known: Known): Completion {
  const from = wordStart(filter, cursor)
  const rest = /^\S*/.exec(filter.slice(cursor))![0]
  const typed = filter.slice(from, cursor)
  const offers = offersFor(typed, known).filter(({ word }) => word !== typed + rest)
  return { from, to: cursor + rest.length, offers: offers.slice(0, OFFERS_MAX) }
}

/** The text with an offer taken, and where the cursor goes: behind it, ready for the next word or for the value. */
export function take(filter: string, { from, to }: Completion, { word }: Offer): { text: string; cursor: number } {
  const whole = !/[:<>]$/.test(word)
  const after = filter.slice(to)
  const gap = whole && !after.startsWith(' ') ? ' ' : ''
  const before = `${filter.slice(0, from)}${word}${gap}`
  return { text: before + after, cursor: before.length + (whole && gap === '' ? 1 : 0) }
}

/** Blanks inside quotes do not end a word. */
function wordStart(filter: string, cursor: number): number {
  let start = 0
  let quoted = false
  for (let at = 0; at < cursor; at++) {
    if (filter[at] === '"') quoted = !quoted
    if (!quoted && /\s/.test(filter[at]!)) start = at + 1
  }
  return start
}

function offersFor(typed: string, known: Known): readonly Offer[] {
  const [, name = '', sign = '', value = ''] = /^([a-z_]+)(:|[<>]=?)(.*)$/i.exec(typed) ?? []
  if (sign === '') return keyOffers(typed)
  const wanted = value.replaceAll('"', '').toLowerCase()
  if (sign !== ':')
    return (AMOUNTS[name.toLowerCase()] ?? []).map((amount) => ({ word: name + sign + amount, hint: '' }))
  return valuesOf(name.toLowerCase(), known)
    .filter((each) => each.value.toLowerCase().includes(wanted))
    .map((each) => ({ word: filterWord(name.toLowerCase(), each.value), hint: each.hint }))
}

function keyOffers(typed: string): readonly Offer[] {
  const start = typed.toLowerCase()
  const words = [
    ...filterKeys.filter((key) => !ALIASES.includes(key) || start === key).map((key) => [key, ':'] as const),
    ...filterAmounts.map((key) => [key, '>'] as const),
  ]
  return order(words.filter(([key]) => key.startsWith(start))).map(([key, sign]) => ({
    word: key + sign,
    hint: text.keys[key] ?? '',
  }))
}

/** What people look for most comes first. */
const FIRST = ['service', 'client', 'user', 'state', 'rule', 'origin', 'age', 'queued', 'cause']

function order(words: (readonly [string, string])[]): (readonly [string, string])[] {
  const rank = ([key]: readonly [string, string]) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length)
  return words.toSorted((a, b) => rank(a) - rank(b))
}

function valuesOf(name: string, known: Known): readonly KnownValue[] {
  if (name === 'state') return filterStates.map((value) => ({ value, hint: text.states[value] ?? '' }))
  const none = ['user', 'origin', 'cause'].includes(name) ? [{ value: 'none', hint: text.none }] : []
  if (name === 'cause')
    return [...Object.entries(causes).map(([value, { title }]) => ({ value, hint: title })), ...none]
  return [...(known[name === 'peer' ? 'client' : name] ?? []), ...none]
}
