import type { Condition, Facts, Term } from '../condition.ts'
import { glob } from '../glob.ts'
import type { Glob } from '../glob.ts'

/** What a condition of the form `NAME:VALUE` is made of. */
interface Prefixed {
  readonly name: string
  readonly summary: string
  readonly value: string
  /** All values that the connection has; none when it is not known. */
  readonly valuesOf: (facts: Facts) => readonly string[]
  /** What is wrong with a value, as a sentence; null when nothing is. */
  problem?(value: string): string | null
  /** Values are URIs, which may hold an IPv6 address in brackets. */
  readonly brackets?: boolean
  /** `the user is`, in front of a value. */
  readonly is: string
  /** `no user is known`. */
  readonly none: string
}

/** A condition of the form `NAME:PATTERN`, where `*` stands for any value that is known. */
export function prefixed(parts: Prefixed): Condition {
  const { name, summary, value } = parts
  const prefix = `${name}:`
  return {
    name,
    summary,
    example: prefix + value,
    parse(text) {
      if (!text.startsWith(prefix)) return null
      const pattern = text.slice(prefix.length)
      if (pattern === '') throw new RangeError(`${prefix} needs a value, such as ${prefix}${value}`)
      const problem = parts.problem?.(pattern) ?? null
      if (problem !== null) throw new RangeError(problem)
      return term(parts, text, glob(pattern, { brackets: parts.brackets ?? false }))
    },
  }
}

function term({ name, valuesOf, is, none }: Prefixed, text: string, values: Glob): Term {
  return {
    kind: name,
    text,
    test: (facts) => valuesOf(facts).some((value) => values.test(value)),
    covers: (other) => other.kind === name && values.covers(other.text.slice(name.length + 1)),
    sentence: `${is} ${values.literal ? values.text : `like ${values.text}`}`,
    seen: (facts) => {
      const seen = valuesOf(facts)
      return seen.length === 0 ? none : `${is} ${seen.join(', ')}`
    },
    indexes: values.literal ? [{ shape: name, key: values.text, keyOf: valuesOf }] : [],
  }
}
