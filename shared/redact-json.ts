/** What stands in the place of a value that is not shown. */
export const REDACTED = '[redacted]'

/** Names of fields that hold secrets, as they are after `plainName`: those that are in a name, and whole names. */
const PARTS = /passw|passphrase|secret|token|authorization|cookie|apikey|accesskey|privatekey|credential|signature/
const NAMES: ReadonlySet<string> = new Set(['pwd', 'pass', 'auth', 'jwt', 'otp', 'sid', 'sessionid', 'session', 'pin'])

/** JSON inside a string of JSON, and so on: so deep is looked. Deeper ones are not shown. */
const DEPTH_MAX = 4

/** Whether a field of this name is likely to hold a secret: `password`, `apiKey`, `X-Auth-Token`, `Set-Cookie`. */
export function looksSecret(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return NAMES.has(plain) || PARTS.test(plain)
}

/**
 * Replaces the values of fields whose names look secret, in JSON as it was sent: nothing else changes. Takes several
 * JSON texts in a row, JSON in strings of JSON, and JSON that was cut off anywhere; in text that is no JSON nothing
 * looks like a field. Linear in the length of the text.
 */
export function redactJson(text: string): string {
  return redact(text, 0)
}

function redact(text: string, depth: number): string {
  let out = ''
  let copied = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    const end = stringEnd(text, at)
    const value = nameEnd(text, end)
    const name = decoded(text.slice(at, end))
    if (value < 0) {
      const inner = depth < DEPTH_MAX ? redactInside(name, depth) : hidden(name)
      if (inner !== null) {
        out += text.slice(copied, at) + JSON.stringify(inner)
        copied = end
      }
      at = end
    } else if (looksSecret(name)) {
      const after = valueEnd(text, value)
      out += text.slice(copied, value) + JSON.stringify(REDACTED)
      copied = after
      at = after
    } else at = value
  }
  return copied === 0 ? text : out + text.slice(copied)
}

/** The text of a string with what it holds redacted; null when nothing in it was. */
function redactInside(text: string, depth: number): string | null {
  if (!text.includes('"')) return null
  const inner = redact(text, depth + 1)
  return inner === text ? null : inner
}

function hidden(text: string): string | null {
  return text.includes('"') ? REDACTED : null
}

/** Behind the string that begins at `from`: behind its closing quote, or the end of a text that was cut off. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at]
    if (char === '\\') at++
    else if (char === '"') return at + 1
  }
  return text.length
}

/** Where the value begins if what ended at `from` was the name of a field; else -1. */
function nameEnd(text: string, from: number): number {
  const colon = skipBlanks(text, from)
  return text[colon] === ':' ? skipBlanks(text, colon + 1) : -1
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++
  return at
}

/** Behind the value that begins at `from`: a string, all of an object or array, or anything up to what ends a value. */
function valueEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at]!
    if (char === '"') {
      at = stringEnd(text, at) - 1
      if (depth === 0) return at + 1
    } else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (char === ',' || char === '\n')) return at
  }
  return text.length
}

/** What a JSON string says; one that is cut off or holds a wrong escape, as far as can be told. */
function decoded(quoted: string): string {
  try {
    return JSON.parse(quoted) as string
  } catch {
    return quoted
      .replace(/^"|"$/g, '')
      .replace(/\\u([0-9a-f]{4})|\\(.)/gis, (_, code: string | undefined, char: string) =>
        code === undefined ? char : String.fromCharCode(parseInt(code, 16)),
      )
  }
}
