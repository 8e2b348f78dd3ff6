import type { Buffer } from 'node:buffer'

import type { Codec, Message } from '../codecs/codec.ts'

/** A WebSocket message that the view can't read. `message` names the field or byte and the way out. */
export class ViewError extends Error {
  override readonly name = 'ViewError'
}

/**
 * The form in which a WebSocket client sees a service's messages (CONTRACT 4). Pure: one WebSocket message in, one
 * message of the service out, and back.
 */
export interface View {
  readonly name: string
  /** One line for help and the page. */
  readonly summary: string
  /** Kind of WebSocket message sent to the client; `service`: as the service entry or the client asks. */
  readonly sends: 'binary' | 'text' | 'service'
  /** @throws ViewError when the client's message is malformed */
  decode(data: Buffer, text: boolean, codec: Codec): Message
  /** @throws ViewError when this message can't be shown in this form */
  encode(message: Message, codec: Codec): Buffer
}
