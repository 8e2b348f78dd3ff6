import type { Codec } from './codec.ts'
import { length32 } from './length32.ts'
import { libipcB } from './libipc-b.ts'
import { libipc } from './libipc.ts'
import { line } from './line.ts'
import { netstring } from './netstring.ts'
import { raw } from './raw.ts'

/** Every framing that services may speak, by name. A new one is a file and a line here; the suite picks it up. */
export const codecs: readonly Codec[] = [length32, libipc, libipcB, line, netstring, raw]

/** @throws RangeError that lists the names when there is no such codec */
export function codecNamed(name: string): Codec {
  const codec = codecs.find((each) => each.name === name)
  if (!codec) throw new RangeError(`no codec "${name}"; there are ${codecs.map((each) => each.name).join(', ')}`)
  return codec
}
