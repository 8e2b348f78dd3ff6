import { Buffer } from 'node:buffer'

import { Token, Tokenizer, Type } from 'cborg'

import { ViewError } from './view.ts'

/** First byte of a byte string in pieces (RFC 8949, 3.2.3). */
const PIECES = 0x5f
/** More than any streaming encoder makes of one message, few enough that tiny pieces can't hold up the others. */
const MAX_PIECES = 1000

// Not `strict`: the original takes integers in more bytes than needed (PROTOCOLS 3).
const OPTIONS = { strict: false, allowIndefinite: true, allowBigInt: true }

/** Reads CBOR items in order, knows where each starts, and never recurses, so that no nesting is too deep. */
export class CborReader {
  readonly #data: Buffer
  #items: Tokenizer
  /** Where `#items` began to read. */
  #base = 0
  #at = 0

  constructor(data: Buffer) {
    this.#data = data
    this.#items = new Tokenizer(data, OPTIONS)
  }

  /** Where the latest item starts. */
  get at(): number {
    return this.#at
  }

  /** Where the next item starts, or the data's end. */
  get position(): number {
    return this.#base + this.#items.pos()
  }

  /**
   * The next item: of an array or map only its head, of a byte string, in one piece or many, all bytes. They may alias
   * the input.
   * @param what is expected, for the error
   * @throws ViewError that names the byte
   */
  next(what: string): Token {
    const at = this.position
    const token = this.#data[at] === PIECES ? this.#joined(at) : this.#plain(what)
    this.#at = at
    return token
  }

  #plain(what: string): Token {
    const at = this.position
    if (at >= this.#data.length) throw new ViewError(`cbor: cut short at byte ${at}, before ${what}`)
    try {
      return this.#items.next()
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace('CBOR decode error: ', '') : String(error)
      throw new ViewError(`cbor: byte ${at}, ${what}: ${reason}`, { cause: error })
    }
  }

  /** Byte strings in pieces are beyond cborg: past the mark it starts anew, and its pieces are joined here. */
  #joined(at: number): Token {
    this.#base = at + 1
    this.#items = new Tokenizer(this.#data.subarray(this.#base), OPTIONS)
    const pieces: Uint8Array[] = []
    while (pieces.length <= MAX_PIECES) {
      const pieceAt = this.position
      // The standard allows no pieces within a piece.
      const piece = this.#plain('a piece of a byte string')
      if (Type.equals(piece.type, Type.break)) return new Token(Type.bytes, Buffer.concat(pieces))
      if (!Type.equals(piece.type, Type.bytes)) {
        throw new ViewError(
          `cbor: byte ${pieceAt}: a piece of a byte string must be a byte string, not ${piece.type.name}`,
        )
      }
      pieces.push(piece.value as Uint8Array)
    }
    throw new ViewError(`cbor: byte ${at}: a byte string in more than ${MAX_PIECES} pieces`)
  }
}
