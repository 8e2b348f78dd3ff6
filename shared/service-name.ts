import { GateError } from './causes.ts'

/** Longest service name in bytes of UTF-8. One part of it (a file name) can't be longer on Linux either. */
const NAME_MAX = 255

/**
 * Characters that a name must not hold: controls (C0, DEL, C1), marks that reorder or hide text on a screen, line and
 * paragraph separators, byte order marks, tags, and halves of characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Whether a service name may be used below the run dir (PROTOCOLS 0, rule 5): parts of visible characters joined by
 * single slashes. Names are data, never paths: one that passes, joined to a directory, stays inside it as long as no
 * link leads out.
 * @returns null when the name is good, otherwise a sentence saying what is wrong with it
 */
export function checkServiceName(name: string): string | null {
  if (name === '') return 'a service name must not be empty'
  const bytes = new TextEncoder().encode(name).length
  if (bytes > NAME_MAX) return `a service name has at most ${NAME_MAX} bytes, this one has ${bytes}`
  const unseen = UNSEEN.exec(name)
  if (unseen) return `a service name must not hold ${codePoint(unseen[0])}, a character that can't be seen`
  if (name.includes('\\')) return 'a service name must not hold a backslash; parts are separated by "/"'
  if (name.startsWith('/')) return 'a service name must not start with "/"'
  if (name.endsWith('/')) return 'a service name must not end with "/"'
  if (name.includes('//')) return 'a service name must not hold "//"'
  if (name === '-' || name.startsWith('-/')) return 'names below "/-/" are the gateway\'s own'
  const dotted = name.split('/').find((part) => part.startsWith('.'))
  if (dotted !== undefined) return `no part of a service name may start with a dot, as "${dotted}" does`
  return null
}

/**
 * The refusal of a name: the same words whether there is no such socket or the name could never be one, so that names
 * can't be probed. `why` is for the log alone, as the error's `cause`.
 */
export function noService(why: string): GateError {
  const detail = 'there is no service with this name; hidden parts and paths of more than 107 bytes are never served'
  return new GateError('no-service', detail, { cause: new Error(why) })
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}
