import { isUtf8, type Buffer } from 'node:buffer'

/**
 * Checks that a text message is UTF-8 (RFC 6455 8.1) while it arrives in pieces: whole characters are checked at once,
 * an unfinished one at the end of a piece waits for the next.
 */
export class Utf8Check {
  /** Bytes of a character begun in an earlier piece, at most three. */
  readonly #rest: number[] = []

  /** False when the bytes so far can't be the beginning of valid text. */
  push(b: Buffer, from: number, to: number): boolean {
    while (this.#rest.length > 0 && from < to) {
      this.#rest.push(b[from++]!)
      const need = characterLength(this.#rest[0]!)
      if (this.#rest.length < need) {
        if (!mayBegin(this.#rest)) return false
        continue
      }
      if (!isUtf8(Uint8Array.from(this.#rest))) return false
      this.#rest.length = 0
    }
    if (from === to) return true
    const whole = to - unfinished(b, from, to)
    if (!isUtf8(b.subarray(from, whole))) return false
    for (let i = whole; i < to; i++) this.#rest.push(b[i]!)
    return this.#rest.length === 0 || mayBegin(this.#rest)
  }

  /** At the end of the message: false when a character is unfinished. Ready for the next message afterwards. */
  end(): boolean {
    const clean = this.#rest.length === 0
    this.#rest.length = 0
    return clean
  }
}

/** How many bytes at the end of `b[from..to)` belong to a character that is not all there; 0 to 3. */
export function unfinished(b: Uint8Array, from: number, to: number): number {
  for (let back = 1; back <= 3 && to - back >= from; back++) {
    const byte = b[to - back]!
    if ((byte & 0xc0) === 0x80) continue
    return byte >= 0xc0 && characterLength(byte) > back ? back : 0
  }
  return 0
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}

/** Whether these one to three bytes can begin a character: well-formed sequences, Unicode 15.0 table 3-7. */
function mayBegin([lead, second, third]: number[]): boolean {
  if (lead === undefined || lead < 0xc2 || lead > 0xf4) return false
  if (second === undefined) return true
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return false
  return third === undefined || (third & 0xc0) === 0x80
}
