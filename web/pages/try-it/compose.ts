import type { Sendable, ViewName } from '../../../shared/client/views.ts'
import { text } from '../../messages/try-it.ts'
import { parseHex } from './parse-hex.ts'

const say = text.composer

export type Form = keyof typeof say.forms

/** libipc's types of a message, for the views that have them. */
export interface Types {
  readonly mtype: number
  readonly utype: number
}

/** A message to be sent, or a sentence about what is in the way. */
export type Composed =
  | { readonly body: string | Uint8Array; readonly problem: null }
  | { readonly body: null; readonly problem: string }

/** What can be written for a view: a packet is bytes, whatever is in them. */
export function formsOf(view: ViewName): readonly Form[] {
  return view === 'packet' ? ['hex', 'file'] : ['text', 'json', 'hex', 'file']
}

/** Whether messages of this view carry libipc's types. */
export function hasTypes(view: ViewName): boolean {
  return view === 'json' || view === 'cbor'
}

/** What was written, read as `form`. An empty text is a message too, but nobody means to send one by hand. */
export function compose(form: Exclude<Form, 'file'>, draft: string): Composed {
  if (draft === '') return wrong(say.noMessage)
  if (form === 'hex') {
    const { bytes, problem } = parseHex(draft)
    return problem === null ? { body: bytes, problem } : wrong(problem)
  }
  if (form === 'json') {
    try {
      JSON.parse(draft)
    } catch (error) {
      return wrong(say.noJson((error as Error).message))
    }
  }
  return { body: draft, problem: null }
}

/** A body as `send` of this view takes it. */
export function sendable(view: ViewName, body: string | Uint8Array, types: Types): Sendable[ViewName] {
  return hasTypes(view) ? { ...types, payload: body } : body
}

/** Whole numbers from 0 to 255. */
export function areTypes({ mtype, utype }: Types): boolean {
  return [mtype, utype].every((type) => Number.isInteger(type) && type >= 0 && type <= 255)
}

function wrong(problem: string): Composed {
  return { body: null, problem }
}
