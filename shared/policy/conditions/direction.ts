import type { Term } from '../condition.ts'
import type { Direction } from '../request.ts'

/** Where the client comes from: to a service of this machine, or from here to one elsewhere. */
export function direction(value: Direction): Term {
  return terms[value]
}

function term(value: Direction): Term {
  return {
    kind: 'direction',
    text: value,
    test: ({ request }) => request.direction === value,
    covers: (other) => other.kind === 'direction' && other.text === value,
    sentence: `the direction is ${value}`,
    seen: ({ request }) => `the direction is ${request.direction}`,
  }
}

const terms = { in: term('in'), out: term('out') }
