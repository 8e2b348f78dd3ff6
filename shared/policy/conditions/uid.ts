import { numberProblem } from './numbered.ts'
import { prefixed } from './prefixed.ts'

/** `uid:1000`: the user who runs the local program (SO_PEERCRED). */
export const uid = prefixed({
  name: 'uid',
  summary: 'User number of a local program',
  value: '1000',
  problem: numberProblem,
  valuesOf: ({ request }) => (request.peer === null || request.peer.uid < 0 ? [] : [String(request.peer.uid)]),
  is: 'the uid is',
  none: 'no local user is known',
})
