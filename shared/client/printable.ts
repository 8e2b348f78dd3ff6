import { utf8 } from './views.ts'

/** Controls that would move the cursor, colour or otherwise steer a terminal, and the marks that turn the direction. */
const steering = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** Text from outside, safe on a terminal: what would steer it is shown as `\x1b`; tabs and line feeds stay. */
export function visible(text: string): string {
  return text.replace(steering, (char) => {
    if (char === '\n' || char === '\t') return char
    const code = char.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}

/** Bytes as text if they are UTF-8 that a person can read, else undefined. */
export function readable(bytes: Uint8Array): string | undefined {
  const text = utf8(bytes)
  return text !== undefined && visible(text) === text ? text : undefined
}
