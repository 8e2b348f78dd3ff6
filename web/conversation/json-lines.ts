import { toBase64 } from '../../shared/client/views.ts'
import { isReal } from './message.ts'
import type { Message } from './message.ts'

/** Messages as a file of JSON lines, one each; notes of the page are left out. Ends with a line feed unless empty. */
export function asJsonLines(messages: readonly Message[]): string {
  return messages
    .filter(isReal)
    .map((message) => `${JSON.stringify(line(message))}\n`)
    .join('')
}

function line(message: Message): unknown {
  const { number, at, direction, kind, length, text, bytes, cut, partial, redacted, missed, code, reason } = message
  return {
    number,
    at: new Date(at).toISOString(),
    direction,
    kind,
    length,
    ...(text !== null && { text }),
    ...(bytes !== null && { base64: toBase64(bytes) }),
    ...(message.mtype !== null && { mtype: message.mtype, utype: message.utype }),
    ...(code !== null && { code, reason }),
    ...(cut && { cut }),
    ...(partial && { partial }),
    ...(redacted && { redacted }),
    ...(missed > 0 && { missed }),
  }
}
