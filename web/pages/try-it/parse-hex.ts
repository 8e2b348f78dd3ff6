/** The bytes that were written, or a sentence about what is not a byte and where. */
export type ParsedHex =
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly problem: null }
  | { readonly bytes: null; readonly problem: string }

/** Reads bytes as `00 ff 0a` or `00ff0a`, in either case; nothing is an empty message. Characters are counted from 1. */
export function parseHex(text: string): ParsedHex {
  const bad = /[^0-9a-f\s]/iu.exec(text)
  if (bad !== null) return wrong(`“${bad[0]}” at character ${bad.index + 1} is not a hex digit. Write 0–9 and a–f.`)
  const bytes: number[] = []
  for (const { 0: digits, index } of text.matchAll(/[0-9a-f]{1,2}/gi)) {
    if (digits.length === 1) {
      return wrong(`The byte at character ${index + 1} has only one digit. Write two, such as 0${digits}.`)
    }
    bytes.push(Number.parseInt(digits, 16))
  }
  return { bytes: Uint8Array.from(bytes), problem: null }
}

function wrong(problem: string): ParsedHex {
  return { bytes: null, problem }
}
