/** A piece of a line and what it is, for its colour. */
export interface Piece {
  readonly text: string
  readonly kind: 'allow' | 'deny' | 'other-verb' | 'key' | 'comment' | 'plain'
}

/** Cuts a line of the text form into coloured pieces; all of them together are the line. */
export function paint(line: string): readonly Piece[] {
  const hash = line.search(/(^|\s)#/)
  const code = hash < 0 ? line : line.slice(0, hash)
  const pieces: Piece[] = []
  let verb = true
  for (const text of code.split(/(\s+)/)) {
    if (text === '') continue
    const kind = /^\s/.test(text) ? 'plain' : kindOf(text, verb)
    if (verb && kind !== 'plain' && text !== 'off') verb = false
    pieces.push({ text, kind })
  }
  return hash < 0 ? pieces : [...pieces, { text: line.slice(hash), kind: 'comment' }]
}

function kindOf(word: string, verb: boolean): Piece['kind'] {
  const bare = word.replace(/^--/, '')
  if (verb || word.startsWith('--')) return bare === 'allow' || bare === 'deny' ? bare : 'other-verb'
  return /^[a-z][a-z-]*[:=]/.test(word) ? 'key' : 'plain'
}
