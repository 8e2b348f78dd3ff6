import { visible } from '../../shared/client/printable.ts'
import { formatCount } from '../../shared/units.ts'

/** Text from outside as one line that cannot steer the terminal. */
export function oneLine(text: string): string {
  return visible(text).replace(/[\t\n]/g, ' ')
}

/** `1 rule`, `1 234 rules` */
export function counted(number: number, what: string): string {
  return `${formatCount(number)} ${what}${number === 1 ? '' : 's'}`
}

/** Characters that take two columns: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
/** Characters that take none: marks on the one before, joiners, variation selectors. */
const NARROW = /\p{Mn}|\p{Me}|\p{Cf}/u

/** Columns that text takes on a terminal. Escape sequences must not be in it. */
export function textWidth(text: string): number {
  // Nearly all of it is ASCII.
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** Cuts to `width` columns, with … where something is missing. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let used = 1 // the ellipsis
  for (const char of text) {
    used += charWidth(char)
    if (used > width) break
    kept += char
  }
  return width < 1 ? '' : `${kept}…`
}

function charWidth(char: string): number {
  if (NARROW.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}
