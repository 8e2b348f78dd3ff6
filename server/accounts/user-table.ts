import type { Role, UserInfo } from '../../shared/api.ts'
import { ROLES } from '../../shared/api.ts'
import type { UserRecord } from '../store/store.ts'
import { AccountError } from './desk.ts'
import type { UserChanges } from './desk.ts'
import { checkGroups, checkPassword, checkSubject, invalid } from './names.ts'

/** All accounts, by name and by certificate, so that a connection is judged without asking the store. */
export class UserTable {
  readonly #byName = new Map<string, UserRecord>()
  readonly #bySubject = new Map<string, UserRecord>()

  constructor(records: readonly UserRecord[]) {
    for (const record of records) this.put(record)
  }

  get size(): number {
    return this.#byName.size
  }

  get(name: string): UserRecord | null {
    return this.#byName.get(name) ?? null
  }

  /** @param subject compared as it is, letter by letter */
  byCertificate(subject: string): UserRecord | null {
    return this.#bySubject.get(subject) ?? null
  }

  /** Adds or replaces. */
  put(user: UserRecord): void {
    this.drop(user.name)
    this.#byName.set(user.name, user)
    if (user.certificate !== null) this.#bySubject.set(user.certificate, user)
  }

  drop(name: string): void {
    const user = this.#byName.get(name)
    if (!user) return
    this.#byName.delete(name)
    if (user.certificate !== null) this.#bySubject.delete(user.certificate)
  }

  /** By name. */
  list(): UserInfo[] {
    return [...this.#byName.values()].map(userInfo).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Whether anybody can sign in who may do everything. */
  hasAdmin(): boolean {
    return [...this.#byName.values()].some(isAdmin)
  }

  /**
   * Call it before `user` becomes `after`.
   * @throws AccountError last-admin
   */
  checkAdminStays(user: UserRecord, after: UserRecord | null): void {
    if (!isAdmin(user) || (after && isAdmin(after))) return
    if ([...this.#byName.values()].some((other) => other.name !== user.name && isAdmin(other))) return
    throw new AccountError(
      'last-admin',
      `${user.name} is the last admin who can sign in, so make another one first: ` +
        'without one, only programs of the user who runs the gateway could manage it, by its local socket',
    )
  }

  /** @throws AccountError invalid, exists (another user has that certificate) */
  checkChanges(name: string, { groups, password, certificate }: UserChanges): void {
    if (groups) checkGroups(groups)
    if (password != null) checkPassword(password)
    if (certificate == null) return
    checkSubject(certificate)
    const owner = this.#bySubject.get(certificate)
    if (owner && owner.name !== name) throw invalid(`the certificate ${certificate} belongs to ${owner.name} already`)
  }
}

/** @param passwordHash of the new password, or null when it goes; undefined: it stays */
export function changed(user: UserRecord, changes: UserChanges, passwordHash: string | null | undefined): UserRecord {
  return {
    ...user,
    role: changes.role ?? user.role,
    groups: changes.groups ? checkGroups(changes.groups) : user.groups,
    enabled: changes.enabled ?? user.enabled,
    passwordHash: passwordHash === undefined ? user.passwordHash : passwordHash,
    certificate: changes.certificate === undefined ? user.certificate : changes.certificate,
  }
}

/** What changed, in words for the audit log. */
export function describeChanges(before: UserRecord, after: UserRecord): string {
  const all = [
    before.role !== after.role && `role ${before.role} → ${after.role}`,
    !sameGroups(before, after) && `groups ${named(before.groups)} → ${named(after.groups)}`,
    before.enabled !== after.enabled && (after.enabled ? 'enabled' : 'disabled'),
    before.passwordHash !== after.passwordHash && (after.passwordHash === null ? 'password removed' : 'password set'),
    before.certificate !== after.certificate && `certificate ${after.certificate ?? 'removed'}`,
  ]
  return all.filter(Boolean).join(', ') || 'nothing new'
}

/** All of a new account, in words for the audit log. */
export function describeUser({ role, groups, enabled, passwordHash, certificate }: UserRecord): string {
  const all = [
    `role ${role}`,
    groups.length > 0 && `groups ${named(groups)}`,
    !enabled && 'disabled',
    passwordHash !== null && 'with a password',
    certificate !== null && `certificate ${certificate}`,
  ]
  return all.filter(Boolean).join(', ')
}

export function sameGroups(a: UserRecord, b: UserRecord): boolean {
  return a.groups.length === b.groups.length && a.groups.every((group) => b.groups.includes(group))
}

function named(groups: readonly string[]): string {
  return groups.join(' ') || 'none'
}

function isAdmin(user: UserRecord): boolean {
  return user.role === 'admin' && canSignIn(user)
}

/** Whether a password lets that user into the admin side. */
export function canSignIn({ role, enabled, passwordHash }: UserRecord): boolean {
  return enabled && passwordHash !== null && role !== 'client'
}

/** The lesser of two roles. */
export function atMost(a: Role, b: Role): Role {
  return ROLES.indexOf(a) <= ROLES.indexOf(b) ? a : b
}

/** What may be shown of it: field by field, so that a new one is not shown by accident. */
export function userInfo({ name, role, groups, enabled, passwordHash, certificate, createdAt }: UserRecord): UserInfo {
  return { name, role, groups, enabled, hasPassword: passwordHash !== null, certificate, createdAt }
}
