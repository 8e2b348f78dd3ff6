import { visible } from '../../shared/client/printable.ts'

/** A name or sentence from outside as one line that says what is in it: controls and marks that turn the direction too. */
export function oneLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
