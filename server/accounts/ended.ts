import type { SessionRecord, UserRecord } from '../store/store.ts'
import type { Ended } from './desk.ts'
import type { Sessions } from './sessions.ts'
import type { TokenTable } from './token-table.ts'
import { sameGroups } from './user-table.ts'

/** What goes with a change of a user: the sessions as they were, for the store and the log. */
export interface Going {
  readonly sessions: readonly SessionRecord[]
  readonly ended: Ended
}

/**
 * What a change ends. Sessions go with the account, the role and the password. Open connections and live feeds go when
 * what they were let in by has changed: a token or certificate for the gateway with the groups, one for the admin side
 * with the role. Such a token stays good; it is looked at anew when it is shown again.
 * @param after null: the account goes
 */
export function goingWith(
  { sessions, tokens }: { sessions: Sessions; tokens: TokenTable },
  before: UserRecord,
  after: UserRecord | null,
): Going {
  const shut = after === null || (before.enabled && !after.enabled)
  const otherRole = shut || before.role !== after.role
  const otherGroups = shut || !sameGroups(before, after)
  const signedOut = otherRole || before.passwordHash !== after.passwordHash
  const gone = signedOut ? sessions.ofUser(before.name) : []
  const certificateGone = otherGroups || before.certificate !== after.certificate
  return {
    sessions: gone,
    ended: {
      sessions: gone.map(({ id }) => id),
      tokens: tokens.idsOf(before.name, (scope) => (scope === 'connect' ? otherGroups : otherRole)),
      users: before.certificate !== null && certificateGone ? [before.name] : [],
    },
  }
}
