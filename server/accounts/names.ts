import { AccountError } from './desk.ts'

/** Names of users and groups: short, without anything that a rule, a shell or a table would have to quote. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/
/** Names that the audit log gives to those who have no account. */
const RESERVED: readonly string[] = ['local', 'gateway', 'env-token']

const PASSWORD_MIN = 12
const PASSWORD_MAX = 256
const GROUPS_MAX = 64
const LABEL_MAX = 100
const SUBJECT_MAX = 1000
/** Control characters, and marks that turn the direction of writing round them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Whether there can be a user of that name at all. */
export function isUserName(name: string): boolean {
  return NAME.test(name) && !RESERVED.includes(name)
}

/** @throws AccountError invalid */
export function checkUserName(name: string): void {
  if (RESERVED.includes(name)) throw invalid(`the name ${name} is kept for the audit log; choose another one`)
  checkName('user', name)
}

/** Each once, in their order. @throws AccountError invalid */
export function checkGroups(groups: readonly string[]): readonly string[] {
  const once = [...new Set(groups)]
  if (once.length > GROUPS_MAX) throw invalid(`a user can be in at most ${GROUPS_MAX} groups; these are ${once.length}`)
  for (const group of once) checkName('group', group)
  return once
}

function checkName(what: 'user' | 'group', name: string): void {
  if (NAME.test(name)) return
  throw invalid(
    `the ${what} name is not usable: write 1 to 64 lower-case letters, digits, dots, underscores, @ or dashes, ` +
      'a letter or digit first',
  )
}

/** Long is good, and that is all: no rules on what a pass phrase is made of. @throws AccountError invalid */
export function checkPassword(password: string): void {
  const length = characters(password)
  if (length >= PASSWORD_MIN && length <= PASSWORD_MAX) return
  throw invalid(`a password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters; this one has ${length}`)
}

/** Whether any account can have that password. */
export function isPasswordLength(password: string): boolean {
  return password.length <= 2 * PASSWORD_MAX && characters(password) <= PASSWORD_MAX
}

/** Code points, as NIST SP 800-63B 3.1.1.2 counts them. */
function characters(text: string): number {
  return Array.from(text).length
}

/** What a token is called. @throws AccountError invalid */
export function checkLabel(label: string): void {
  if (label.trim() !== '' && label.length <= LABEL_MAX && !UNPRINTABLE.test(label)) return
  throw invalid(`a token needs a name of 1 to ${LABEL_MAX} printable characters, so that you know it again`)
}

/** Subject of a client certificate. @throws AccountError invalid */
export function checkSubject(subject: string): void {
  if (subject.trim() !== '' && subject.length <= SUBJECT_MAX && !UNPRINTABLE.test(subject)) return
  throw invalid(`a certificate's subject, such as CN=anna, has 1 to ${SUBJECT_MAX} printable characters`)
}

export function invalid(message: string): AccountError {
  return new AccountError('invalid', message)
}
