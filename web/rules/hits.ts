import type { RuleHits } from '../../shared/api.ts'

/** Hits of one entry, and how many came between the last rounds of asking. */
export interface HitCourse extends RuleHits {
  readonly course: readonly number[]
}

export interface HitsAnswer {
  readonly hits: Readonly<Record<string, RuleHits>>
}

/** Rounds that are remembered. */
const ROUNDS = 24

/** The answer with the course of each number. Entries of which nothing has changed stay the same objects. */
export function followHits(
  before: ReadonlyMap<string, HitCourse> | undefined,
  { hits }: HitsAnswer,
): ReadonlyMap<string, HitCourse> {
  return new Map(
    Object.entries(hits).map(([id, { hits: count, lastAt }]) => {
      const was = before?.get(id)
      // Counting began anew when there are fewer than before.
      const more = was === undefined || count < was.hits ? 0 : count - was.hits
      const course = [...(was?.course ?? []), more].slice(-ROUNDS)
      const same =
        was !== undefined && was.hits === count && was.course.length === course.length && course.every((n) => n === 0)
      return [id, same ? was : { hits: count, lastAt, course }]
    }),
  )
}
