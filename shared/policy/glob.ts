/** Most stars in one pattern; each is looked for once, so the bound is on what people can read. */
const STARS_MAX = 8
const LENGTH_MAX = 255

/** A pattern in which `*` stands for any characters, `/` included, and everything else for itself. */
export interface Glob {
  readonly text: string
  /** Without a star: equal to the text and nothing else. */
  readonly literal: boolean
  /** What each match begins with. */
  readonly prefix: string
  /** What stands between the stars; the first and the last may be empty. */
  readonly parts: readonly string[]
  readonly test: (text: string) => boolean
  /** True only when every text that the pattern `other` matches is matched by this one. */
  covers(other: string): boolean
}

/**
 * What is wrong with a pattern, as a sentence; null when nothing is. No brackets, no `?`, no expressions: a pattern is
 * matched in linear time whatever is in it.
 * @param options `brackets`: `[` and `]` may stand in it, for themselves (IPv6 addresses in URIs)
 */
export function globProblem(text: string, { brackets = false } = {}): string | null {
  if (text === '') return 'a pattern must not be empty: write * for everything'
  if (text.length > LENGTH_MAX) return `a pattern has at most ${LENGTH_MAX} characters, this one has ${text.length}`
  if (/\s/.test(text)) return 'a pattern must not hold blanks'
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) return 'a pattern must not hold characters that cannot be seen'
  const meant = (brackets ? /[?{}]/ : /[?[\]{}]/).exec(text)
  if (meant !== null) return `${meant[0]} has no meaning in a pattern: only * has`
  if ((text.match(/\*+/g)?.length ?? 0) > STARS_MAX) return `a pattern has at most ${STARS_MAX} stars`
  return null
}

/** @throws RangeError with the sentence of `globProblem` */
export function glob(text: string, options?: { readonly brackets?: boolean }): Glob {
  const problem = globProblem(text, options)
  if (problem !== null) throw new RangeError(problem)
  const plain = text.replace(/\*+/g, '*')
  const parts = plain.split('*')
  const literal = parts.length === 1
  const first = parts[0]!
  const last = parts.at(-1)!
  const middle = parts.slice(1, -1)
  const least = first.length + last.length
  const test = literal
    ? (value: string) => value === text
    : (value: string): boolean => {
        if (value.length < least || !value.startsWith(first) || !value.endsWith(last)) return false
        let at = first.length
        const end = value.length - last.length
        // The leftmost place of each part leaves the most room for the next: no going back.
        for (const part of middle) {
          const found = value.indexOf(part, at)
          if (found < 0 || found + part.length > end) return false
          at = found + part.length
        }
        return true
      }
  // A star of the other can only be matched by a star: with any sign in its place that no pattern can hold, the other
  // is a text like all those that it matches.
  const covers = (other: string) => test(other.replace(/\*+/g, '\0'))
  return { text, literal, prefix: first, parts, test, covers }
}
