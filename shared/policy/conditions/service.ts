import type { Facts, IndexKey, Term } from '../condition.ts'
import { glob } from '../glob.ts'
import type { Glob } from '../glob.ts'

/** Where the gateway itself answers: no pattern means it but one that says so (`-/admin`). */
const OWN = '-/'

/**
 * The name of the service, after redirects. The gateway's own names (`-/admin`) are meant only by patterns that begin
 * with a dash, so that `deny in * *` locks nobody out of the dashboard.
 * @param nameOf which name: that after redirects, or for redirects the one they look at
 * @throws RangeError with a sentence
 */
export function service(pattern: string, nameOf: (facts: Facts) => string = ({ service: name }) => name): Term {
  const names = glob(pattern)
  const own = pattern.startsWith('-')
  const test = (facts: Facts): boolean => {
    const name = nameOf(facts)
    return names.test(name) && (own || !name.startsWith(OWN))
  }
  return {
    kind: 'service',
    text: pattern,
    test,
    covers: ({ kind, text }) => kind === 'service' && names.covers(text) && (own || !text.startsWith('-')),
    sentence: sentenceOf(names),
    seen: (facts) => {
      const name = nameOf(facts)
      return !own && name.startsWith(OWN)
        ? `${name} is the gateway itself, meant by name only`
        : `the service is ${name}`
    },
    indexes: indexesOf(names, nameOf),
  }
}

function sentenceOf({ text, literal }: Glob): string {
  if (text === '*') return 'any service is meant'
  return `the service is ${literal ? text : `like ${text}`}`
}

function indexesOf({ literal, prefix, parts, text }: Glob, nameOf: (facts: Facts) => string): IndexKey[] {
  if (literal) return [{ shape: 'service', key: text, keyOf: nameOf }]
  const pieces = parts.slice(1).flatMap(piecesOf).slice(0, PIECES_MAX)
  const inside = pieces.map((key) => ({
    shape: 'service piece',
    key,
    keyOf: (facts: Facts) => piecesOf(nameOf(facts)),
  }))
  if (prefix === '') return inside
  const { length } = prefix
  return [{ shape: `service ${length}`, key: prefix, keyOf: (facts) => nameOf(facts).slice(0, length) }, ...inside]
}

/** Length of the pieces by which patterns such as `*-authd` are found. */
const PIECE = 3
/** Pieces of one pattern that are considered; the one that fewest patterns have is used. */
const PIECES_MAX = 24

function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at + PIECE <= text.length; at++) pieces.push(text.slice(at, at + PIECE))
  return pieces
}
