import { DATA } from '../codecs/codec.ts'
import { ViewError } from './view.ts'

/**
 * What stands in for members that a client leaves out of a json or cbor message. `gateway` is what we promise
 * (CONTRACT 4); `original` is what the original classes do (PROTOCOLS 3): there an absent `mtype` is 1, which was DATA
 * in an older numbering, and `utype` is mandatory.
 */
export type Profile = 'gateway' | 'original'

const defaults = {
  gateway: { mtype: DATA, utype: 0 },
  original: { mtype: 1, utype: undefined },
} as const satisfies Record<Profile, { mtype: number; utype: number | undefined }>

/**
 * The types of a message: those given, else the profile's.
 * @throws ViewError when a mandatory one is missing
 */
export function typesOf(
  view: string,
  given: { mtype: number | undefined; utype: number | undefined },
  profile: Profile,
): { type: number; utype: number } {
  const utype = given.utype ?? defaults[profile].utype
  if (utype === undefined) throw new ViewError(`${view}: "utype" is missing; it must be an integer from 0 to 255`)
  return { type: given.mtype ?? defaults[profile].mtype, utype }
}

/** Whether a number fits `mtype` and `utype`. */
export function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255
}
