const PER_LINE = 8

/** Bytes as UTF-8 text, or null when they are not. Cut messages may end inside a character; that much is forgiven. */
export function asText(body: string | Uint8Array, cut: boolean): string | null {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: cut })
  } catch {
    return null
  }
}

/** Address, eight bytes, and what of them can be printed: one line each. */
export function asHex(body: string | Uint8Array): string {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const part = [...bytes.subarray(at, at + PER_LINE)]
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const print = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(PER_LINE * 3 - 1)}  ${print}`)
  }
  return lines.join('\n')
}
