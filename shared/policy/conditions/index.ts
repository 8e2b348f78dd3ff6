import type { Condition, Term } from '../condition.ts'
import { address } from './address.ts'
import { any } from './any.ts'
import { gid } from './gid.ts'
import { group } from './group.ts'
import { listener } from './listener.ts'
import { local } from './local.ts'
import { loopback } from './loopback.ts'
import { origin } from './origin.ts'
import { protocol } from './protocol.ts'
import { time } from './time.ts'
import { uid } from './uid.ts'
import { uri } from './uri.ts'
import { user } from './user.ts'

/** Catalog of what may stand in the `peer` of a rule: one file, one line. `uri` is last, as any host name is one. */
export const conditions: readonly Condition[] = [
  any,
  address,
  gid,
  group,
  listener,
  local,
  loopback,
  origin,
  protocol,
  time,
  uid,
  user,
  uri,
]

/** Most terms in one `peer`. */
const TERMS_MAX = 16

/**
 * Reads the `peer` of a rule: terms separated by blanks, all of which must match.
 * @throws RangeError with a sentence about the first that is wrong
 */
export function parsePeer(text: string): readonly Term[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) throw new RangeError('nobody is named: write * for anyone')
  if (words.length > TERMS_MAX) throw new RangeError(`at most ${TERMS_MAX} conditions may stand in one rule`)
  const terms = words.map(parseTerm)
  return terms.filter((term) => term.kind !== 'any')
}

function parseTerm(word: string): Term {
  for (const condition of conditions) {
    const term = condition.parse(word)
    if (term !== null) return term
  }
  throw new RangeError(`${JSON.stringify(word)} is not understood`)
}
