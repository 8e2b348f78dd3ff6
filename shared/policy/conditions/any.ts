import type { Condition, Term } from '../condition.ts'

const term: Term = {
  kind: 'any',
  text: '*',
  test: () => true,
  covers: () => true,
  sentence: 'whoever it is',
  seen: () => 'anyone',
}

/** `*`: whoever it is. */
export const any: Condition = {
  name: 'any',
  summary: 'Anyone',
  example: '*',
  parse: (text) => (text === '*' ? term : null),
}
