import { jsonText } from '../../conversation/decode.ts'
import { hexLine } from '../../conversation/hex.ts'
import type { Message } from '../../conversation/message.ts'
import type { Written } from './sent-history.ts'

/** A message as it is written in the composer: JSON and text as they are, bytes in hex. */
export function written({ text, bytes }: Pick<Message, 'text' | 'bytes'>): Written {
  if (bytes !== null) return { form: 'hex', draft: hexLine(bytes, bytes.length) }
  const draft = text ?? ''
  return { form: jsonText(draft) === null ? 'text' : 'json', draft }
}
