import { messages } from '../messages.ts'

/** Characters that a pass phrase has at least, and at most; the gateway holds to the same. */
export const PASS_PHRASE_MIN = 12
export const PASS_PHRASE_MAX = 256
/** Here the meter is full. */
const LONG = 24

/** Characters as people count them, not UTF-16 units. */
export function lengthOf(passPhrase: string): number {
  return Array.from(passPhrase).length
}

/** How long the pass phrase is, as a bar and in words. Length is all that is asked for, so it is all that is measured. */
export function LengthMeter({ length }: { length: number }) {
  const level = length < PASS_PHRASE_MIN ? 'short' : length < LONG ? 'enough' : 'long'
  return (
    <span className="meter">
      <span className="meter-bar" data-level={level} aria-hidden="true">
        <span style={{ width: `${Math.min(100, (length / LONG) * 100)}%` }} />
      </span>
      <span className="meter-words num">
        {length > 0 && length < PASS_PHRASE_MIN
          ? messages.setup.tooShort(length, PASS_PHRASE_MIN)
          : messages.setup[level]}
      </span>
    </span>
  )
}
