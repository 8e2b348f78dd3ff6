import type { AuditEntry } from '../../shared/api.ts'
import type { Store } from '../store/store.ts'
import type { Clocks } from './clocks.ts'
import type { By } from './desk.ts'
import { Guesses } from './guesses.ts'
import { Listeners } from './listeners.ts'
import type { Log } from './listeners.ts'
import { Passwords } from './password.ts'
import { Sessions } from './sessions.ts'
import { TokenTable } from './token-table.ts'
import { UserTable } from './user-table.ts'

/** Of users, and of tokens: all are kept in memory. */
export const COUNT_MAX = 10_000

export interface AccountsOptions extends Clocks {
  /** Nobody else may write its accounts. */
  readonly store: Store
  readonly log?: Log
}

/** What the parts of `Accounts` share: the tables in memory, and the way to write down what changes in them. */
export interface Parts {
  readonly store: Store
  readonly clocks: Clocks
  readonly users: UserTable
  readonly tokens: TokenTable
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly guesses: Guesses
  readonly listeners: Listeners
  /** Adds to the audit log; of a change, inside its transaction. Nothing in it may be a secret. @throws StoreError */
  readonly note: (by: By, action: string, object: string, detail: string, result?: AuditEntry['result']) => void
  /** For what nobody waits for: trouble with the store goes to the log, and what can go on without it does. */
  readonly quietly: (what: string, work: () => void) => void
}

/** Reads all accounts. @throws StoreError */
export function openParts({ store, log, ...clocks }: AccountsOptions): Parts {
  return {
    store,
    clocks,
    users: new UserTable(store.accounts.users()),
    tokens: new TokenTable(clocks, store.accounts.tokens()),
    sessions: new Sessions(clocks, store.accounts.sessions()),
    passwords: new Passwords(),
    guesses: new Guesses(clocks.monotonic),
    listeners: new Listeners(log),
    note({ name, from, requestId }, action, object, detail, result = 'ok') {
      store.audit.append({ actor: name, action, object, result, from, requestId, detail })
    },
    quietly(what, work) {
      try {
        work()
      } catch (err) {
        log?.error({ err }, `${what} could not be written down`)
      }
    },
  }
}
