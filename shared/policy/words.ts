/** A word of a line of text. */
export interface Word {
  /** Without quotes. */
  readonly text: string
  /** Where it begins, from 1, in UTF-16 units. */
  readonly column: number
  /** Of `until=...`: what stands in front of the sign and behind it; null of other words. */
  readonly pair: { readonly key: string; readonly value: string } | null
}

export interface SplitLine {
  readonly words: readonly Word[]
  /** What follows `#`, blanks around it removed; null without one. */
  readonly note: string | null
  /** A quote that can't be read; the words are those in front of it. */
  readonly problem: { readonly column: number; readonly message: string } | null
}

/** Reads the word at `at`, which is no blank. */
type ReadWord = (
  text: string,
  at: number,
) => { readonly text: string; readonly end: number; readonly key: string | null } | null

/**
 * Splits a line of the text form at its blanks. A word that begins with `"`, or a value behind `=` that does, is a JSON
 * string; a word that begins with `#` begins the note. Linear in the length of the line.
 */
export function splitLine(line: string): SplitLine {
  return split(line, readWord)
}

/** Splits a line as a shell would: `'…'`, `"…"` and a backslash take blanks and stars as they are. */
export function splitShellLine(line: string): SplitLine {
  return split(line, readShellWord)
}

function split(line: string, read: ReadWord): SplitLine {
  const words: Word[] = []
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    if (line[at] === '#') return { words, note: plain(line.slice(at + 1)), problem: null }
    const column = at + 1
    const found = read(line, at)
    if (found === null) {
      const message = 'a quote begins here that never ends, or does not end its word'
      return { words, note: null, problem: { column, message } }
    }
    const { text, key, end } = found
    words.push({ text, column, pair: key === null ? null : { key, value: text.slice(key.length + 1) } })
    at = end
  }
  return { words, note: null, problem: null }
}

/** Comments are shown, so tabs in them are only a way to write a blank. */
const plain = (comment: string): string => comment.replaceAll('\t', ' ').trim()

const isBlank = (char: string): boolean => char === ' ' || (char !== undefined && /\s/.test(char))

function skipBlanks(text: string, at: number): number {
  while (at < text.length && isBlank(text[at]!)) at++
  return at
}

function wordEnd(text: string, at: number): number {
  while (at < text.length && !isBlank(text[at]!)) at++
  return at
}

const KEY = /[a-z][a-z-]*(?==)/y

const readWord: ReadWord = (line, at) => {
  KEY.lastIndex = at
  const key = KEY.exec(line)?.[0] ?? null
  const start = key === null ? at : at + key.length + 1
  if (line[start] !== '"') {
    const end = wordEnd(line, at)
    return { text: line.slice(at, end), key, end }
  }
  let end = start + 1
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1
  end++
  if (end > line.length || (end < line.length && !isBlank(line[end]!))) return null
  const value = parseJson(line.slice(start, end))
  return value === null ? null : { text: line.slice(at, start) + value, key, end }
}

function parseJson(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string
  } catch {
    return null
  }
}

const readShellWord: ReadWord = (line, at) => {
  const parts: string[] = []
  let end = at
  while (end < line.length && !isBlank(line[end]!)) {
    const char = line[end]!
    if (char === '"' || char === "'") {
      const close = line.indexOf(char, end + 1)
      if (close < 0) return null
      parts.push(line.slice(end + 1, close))
      end = close + 1
    } else if (char === '\\') {
      if (end + 1 === line.length) return null
      parts.push(line[end + 1]!)
      end += 2
    } else {
      parts.push(char)
      end++
    }
  }
  const text = parts.join('')
  return { text, key: /^([a-z][a-z-]*)=/.exec(text)?.[1] ?? null, end }
}
