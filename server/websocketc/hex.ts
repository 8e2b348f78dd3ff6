/** Reads `00ff`, `00 FF` or `0x00ff`. @throws RangeError with a sentence */
export function parseHex(text: string): Uint8Array {
  const digits = text.replace(/^0x/i, '').replace(/\s+/g, '')
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
    throw new RangeError(`"${text}" is not hex; write pairs of digits like 00ff7a`)
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

const ROW = 16

/** Bytes as rows of offset, hex and ASCII, each ended by a line feed; empty for no bytes. */
export function hexDump(bytes: Uint8Array, indent = ''): string {
  const rows: string[] = []
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = [...bytes.subarray(at, at + ROW)]
    const pairs = row.map((byte) => byte.toString(16).padStart(2, '0'))
    const hex = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    rows.push(`${indent}${at.toString(16).padStart(8, '0')}  ${hex.padEnd(3 * ROW)}  |${ascii}|\n`)
  }
  return rows.join('')
}
