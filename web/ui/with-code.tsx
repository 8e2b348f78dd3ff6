/** A sentence in which code stands in `back quotes`. */
export function WithCode({ text }: { text: string }) {
  // Every other piece stood between quotes.
  return text.split('`').map((piece, i) => (i % 2 === 1 ? <code key={piece}>{piece}</code> : piece))
}
