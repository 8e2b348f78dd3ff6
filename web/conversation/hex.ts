/** Address, so many bytes in hex, and what of them can be printed: one line each. `0000  68 65 6c 6c 6f     hello` */
export function asHex(bytes: Uint8Array, perLine = 16): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += perLine) {
    const part = [...bytes.subarray(at, at + perLine)]
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const print = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${print}`)
  }
  return lines.join('\n')
}

/** `68 65 6c`: the first bytes, for one line. */
export function hexLine(bytes: Uint8Array, most: number): string {
  return [...bytes.subarray(0, most)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
