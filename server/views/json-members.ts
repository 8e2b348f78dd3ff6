import { ViewError } from './view.ts'

/** The value of one member of the object. */
export interface JsonMember {
  readonly value: unknown
  /** The same as it is written. */
  readonly source: string
  /** Where the value starts in the text. */
  readonly at: number
}

/** More than anyone sends, few enough that a message made of nothing else can't hold up the others. */
const MAX_MEMBERS = 1000

/**
 * The members named in `keys` of the JSON object that `text` consists of; the last wins where a name comes twice. Takes
 * what JSON.parse takes (RFC 8259), up to 1000 members, but keeps the source of each value, without which `1.0` can't
 * be told from `1`, and knows positions. Does not recurse, however deep a value is nested.
 * @throws ViewError that names line and column
 */
export function jsonMembers<Key extends string>(text: string, keys: readonly Key[]): Map<Key, JsonMember> {
  const members = new Map<Key, JsonMember>()
  let at = skipSpace(text, expect(text, skipSpace(text, 0), '{', 'an object, "{"'))
  if (text[at] === '}') return ended(text, at + 1, members)
  for (let count = 1; count <= MAX_MEMBERS; count++) {
    if (text[at] !== '"') throw unexpected(text, at, 'a member name in quotes')
    const keyEnd = stringEnd(text, at)
    const name = parse(text, at, keyEnd)
    at = skipSpace(text, expect(text, skipSpace(text, keyEnd), ':', '":"'))
    const end = valueEnd(text, at)
    const value = parse(text, at, end)
    const key = keys.find((each) => each === name)
    if (key !== undefined) members.set(key, { value, source: text.slice(at, end), at })
    at = skipSpace(text, end)
    if (text[at] === '}') return ended(text, at + 1, members)
    at = skipSpace(text, expect(text, at, ',', '"," or "}"'))
  }
  throw new ViewError(`json: ${lineAndColumn(text, at)}: more than ${MAX_MEMBERS} members; three are enough`)
}

/** `line 1, column 20` of an index; both count from 1. */
export function lineAndColumn(text: string, at: number): string {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return `line ${line}, column ${at - start + 1}`
}

function ended<Members>(text: string, at: number, members: Members): Members {
  const end = skipSpace(text, at)
  if (end < text.length) throw unexpected(text, end, 'nothing behind the object')
  return members
}

function expect(text: string, at: number, char: string, what: string): number {
  if (text[at] !== char) throw unexpected(text, at, what)
  return at + 1
}

function unexpected(text: string, at: number, what: string): ViewError {
  const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at)!)) : 'the end'
  return new ViewError(`json: ${lineAndColumn(text, at)}: expected ${what}, found ${found}`)
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++
  return at
}

/** Index behind the string that starts at `at`. */
function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote > 0; quote = text.indexOf('"', quote + 1)) {
    let slash = quote - 1
    while (text[slash] === '\\') slash--
    if ((quote - slash) % 2 === 1) return quote + 1
  }
  throw new ViewError(`json: ${lineAndColumn(text, at)}: a string without its closing quote`)
}

/** Index behind the value that starts at `at`; whether it is one, JSON.parse will say. */
function valueEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at)
  let depth = 0
  let end = at
  for (; end < text.length; end++) {
    const char = text[end]!
    if (char === '"') end = stringEnd(text, end) - 1
    else if (char === '{' || char === '[') depth++
    else if (depth > 0 && (char === '}' || char === ']')) depth--
    else if (depth === 0 && ',}] \t\n\r'.includes(char)) return end
    else continue
    if (depth === 0) return end + 1
  }
  if (end === at) throw unexpected(text, at, 'a value')
  return end
}

function parse(text: string, from: number, to: number): unknown {
  try {
    return JSON.parse(text.slice(from, to))
  } catch (error) {
    throw new ViewError(`json: ${lineAndColumn(text, from)}: no valid JSON value starts here`, { cause: error })
  }
}
