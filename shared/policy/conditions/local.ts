import type { Condition, Term } from '../condition.ts'

const term: Term = {
  kind: 'local',
  text: 'local',
  test: ({ request }) => request.peer !== null,
  covers: ({ kind }) => kind === 'local' || kind === 'uid' || kind === 'gid',
  sentence: 'it is a local program',
  seen: ({ request }) => (request.peer === null ? 'no local user is known' : 'it is a local program'),
}

/** `local`: a program of this machine whose user is known, since it came by a Unix socket (SO_PEERCRED). */
export const local: Condition = {
  name: 'local',
  summary: 'Local programs, which come by a Unix socket',
  example: 'local',
  parse: (text) => (text === 'local' ? term : null),
}
