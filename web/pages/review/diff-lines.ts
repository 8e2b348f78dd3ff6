/** A line of a difference: on both sides, only before, only after, or left out. */
export interface DiffLine {
  /** Unique in the list. */
  readonly at: string
  readonly sign: ' ' | '-' | '+' | '…'
  readonly text: string
}

/** Lines shown around each difference. */
const AROUND = 3

/**
 * What differs between two texts, line by line. Compares beginnings and ends first, and what is left by the longest
 * common sequence; where that would take too long, all that is left counts as replaced.
 */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++
  }
  const middle = compared(before.slice(start, before.length - end), after.slice(start, after.length - end))
  const same = (lines: readonly string[]) => lines.map((text) => ({ sign: ' ' as const, text }))
  const all = [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))]
  return shortened(all)
}

type Line = Pick<DiffLine, 'sign' | 'text'>

/** Cells of the table at most: 4 million take some tens of milliseconds. */
const CELLS_MAX = 4_000_000

function compared(a: readonly string[], b: readonly string[]): Line[] {
  const removed = a.map((text): Line => ({ sign: '-', text }))
  const added = b.map((text): Line => ({ sign: '+', text }))
  if (a.length * b.length > CELLS_MAX) return [...removed, ...added]
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i++]! })
      j++
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) lines.push(removed[i++]!)
    else lines.push(added[j++]!)
  }
  return lines
}

/** Leaves out what is far from any difference. */
function shortened(lines: readonly Line[]): DiffLine[] {
  const near = new Set<number>()
  for (const [i, { sign }] of lines.entries()) {
    if (sign === ' ') continue
    for (let at = i - AROUND; at <= i + AROUND; at++) near.add(at)
  }
  const shown: DiffLine[] = []
  for (const [i, { sign, text }] of lines.entries()) {
    if (near.has(i)) shown.push({ at: `line ${i}`, sign, text })
    else if (shown.at(-1)?.sign !== '…') shown.push({ at: `gap ${i}`, sign: '…', text: '' })
  }
  return shown
}
