import { numberProblem } from './numbered.ts'
import { prefixed } from './prefixed.ts'

/** `gid:1000`: the primary group that the local program runs with (SO_PEERCRED). */
export const gid = prefixed({
  name: 'gid',
  summary: 'Group number of a local program',
  value: '1000',
  problem: numberProblem,
  valuesOf: ({ request }) => (request.peer === null || request.peer.gid < 0 ? [] : [String(request.peer.gid)]),
  is: 'the gid is',
  none: 'no local user is known',
})
