import type { Role, UserInfo } from '../../shared/api.ts'
import type { SessionRecord, UserRecord } from '../store/store.ts'
import { AccountError } from './desk.ts'
import type { By, UserChanges } from './desk.ts'
import { goingWith } from './ended.ts'
import { checkUserName, invalid } from './names.ts'
import { COUNT_MAX } from './parts.ts'
import type { Parts } from './parts.ts'
import { changed, describeChanges, describeUser, userInfo } from './user-table.ts'

/** See `AccountsDesk`. */
export async function addUser(
  parts: Parts,
  name: string,
  changes: UserChanges & { readonly role: Role },
  by: By,
): Promise<UserInfo> {
  const { store, users, note } = parts
  checkNewUser(parts, name, changes)
  const passwordHash = await hashOf(parts, changes.password)
  checkNewUser(parts, name, changes) // meanwhile somebody may have added it
  const user = changed(blankUser(parts, name, changes.role), changes, passwordHash)
  store.transaction(() => {
    store.accounts.saveUser(user)
    note(by, 'user.add', `user ${name}`, describeUser(user))
  })
  users.put(user)
  return userInfo(user)
}

/** See `AccountsDesk`. */
export async function changeUser(parts: Parts, name: string, changes: UserChanges, by: By): Promise<UserInfo> {
  const { store, users, sessions, listeners, note } = parts
  existingUser(parts, name)
  users.checkChanges(name, changes)
  const passwordHash = await hashOf(parts, changes.password)
  const before = existingUser(parts, name) // as it is by now
  users.checkChanges(name, changes)
  const after = changed(before, changes, passwordHash)
  users.checkAdminStays(before, after)
  const going = goingWith(parts, before, after)
  store.transaction(() => {
    store.accounts.saveUser(after)
    for (const { id } of going.sessions) store.accounts.deleteSession(id)
    note(by, 'user.change', `user ${name}`, describeChanges(before, after) + sessionsEnded(going.sessions))
  })
  users.put(after)
  sessions.drop(going.sessions)
  listeners.tell(going.ended)
  return userInfo(after)
}

/** See `AccountsDesk`. */
export function removeUser(parts: Parts, name: string, by: By): void {
  const { store, users, tokens, sessions, guesses, listeners, note } = parts
  const user = existingUser(parts, name)
  users.checkAdminStays(user, null)
  const going = goingWith(parts, user, null)
  store.transaction(() => {
    store.accounts.deleteUser(name)
    note(by, 'user.remove', `user ${name}`, describeUser(user) + sessionsEnded(going.sessions))
  })
  users.drop(name)
  sessions.drop(going.sessions)
  tokens.drop(going.ended.tokens)
  guesses.forget(name)
  listeners.tell(going.ended)
}

/** @throws AccountError exists, invalid */
export function checkNewUser({ users }: Parts, name: string, changes: UserChanges): void {
  checkUserName(name)
  if (users.get(name)) throw new AccountError('exists', `there is a user ${name} already; choose another name`)
  if (users.size >= COUNT_MAX) throw invalid(`there are ${COUNT_MAX} users; remove some first`)
  users.checkChanges(name, changes)
}

/** @throws AccountError unknown */
export function existingUser({ users }: Parts, name: string): UserRecord {
  const user = users.get(name)
  if (!user) throw new AccountError('unknown', 'there is no such user')
  return user
}

/** Without password, certificate and groups; not saved yet. */
export function blankUser({ clocks }: Parts, name: string, role: Role): UserRecord {
  return { name, role, groups: [], enabled: true, passwordHash: null, certificate: null, createdAt: clocks.now() }
}

async function hashOf({ passwords }: Parts, password: string | null | undefined): Promise<string | null | undefined> {
  return typeof password === 'string' ? passwords.hash(password) : password
}

function sessionsEnded({ length }: readonly SessionRecord[]): string {
  return length === 0 ? '' : `; ${length} ${length === 1 ? 'session' : 'sessions'} ended`
}
