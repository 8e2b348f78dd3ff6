/** ` Did you mean "timer"?` for the known word closest to what was written, or nothing when none is close. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const word = written.slice(0, 40).toLowerCase()
  let best = ''
  let least = (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3))) + 1
  for (const candidate of known) {
    const steps = distance(word, candidate)
    if (steps < least) {
      best = candidate
      least = steps
    }
  }
  return best === '' ? '' : ` Did you mean "${best}"?`
}

/** Characters to insert, delete or replace to get from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
