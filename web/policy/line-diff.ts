/** A piece of a line: the same on both sides, or only on this one. */
export interface Piece {
  readonly text: string
  readonly changed: boolean
}

/** Words compared at most; longer lines are told as wholly changed. */
const WORDS_MAX = 400

/** Marks the words in which two lines differ: the longest common sequence of words stays unmarked. */
export function lineDiff(before: string, after: string): { readonly before: Piece[]; readonly after: Piece[] } {
  const a = words(before)
  const b = words(after)
  if (a.length > WORDS_MAX || b.length > WORDS_MAX) {
    return { before: [{ text: before, changed: true }], after: [{ text: after, changed: true }] }
  }
  // common[i][j]: length of the longest common sequence of a from i and b from j.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const left: Piece[] = []
  const right: Piece[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add(left, a[i++]!, false)
      add(right, b[j++]!, false)
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) add(left, a[i++]!, true)
    else add(right, b[j++]!, true)
  }
  return { before: left, after: right }
}

/** Words and the blanks between them. */
function words(line: string): string[] {
  return line.split(/(\s+)/).filter((word) => word !== '')
}

function add(pieces: Piece[], text: string, changed: boolean): void {
  const last = pieces.at(-1)
  if (last?.changed === changed) pieces[pieces.length - 1] = { text: last.text + text, changed }
  else pieces.push({ text, changed })
}
