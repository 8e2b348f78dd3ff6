/** A sentence in which code stands in `back quotes`. */
export function CodeSentence({ text }: { text: string }) {
  return text.split('`').map((piece, at) => {
    // Every other piece stood between quotes; the same piece may stand there twice.
    const key = `${at} ${piece}`
    return at % 2 === 1 ? <code key={key}>{piece}</code> : <span key={key}>{piece}</span>
  })
}
