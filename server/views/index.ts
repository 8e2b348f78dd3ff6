import { cbor } from './cbor.ts'
import { json } from './json.ts'
import { packet } from './packet.ts'
import { payload } from './payload.ts'
import type { View } from './view.ts'

/** Every form in which clients may see messages, by name. A new one is a file and a line here; the suite picks it up. */
export const views: readonly View[] = [cbor, json, packet, payload]

/** @throws RangeError that lists the names when there is no such view */
export function viewNamed(name: string): View {
  const view = views.find((each) => each.name === name)
  if (!view) throw new RangeError(`no view "${name}"; there are ${views.map((each) => each.name).join(', ')}`)
  return view
}
