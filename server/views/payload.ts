import { DATA } from '../codecs/codec.ts'
import type { View } from './view.ts'

/**
 * One WebSocket message is one payload; types are not shown. Bytes pass unchanged: whoever sends them as text makes
 * sure that they are UTF-8.
 */
export const payload: View = {
  name: 'payload',
  summary: 'the message itself, without types',
  sends: 'service',
  decode: (data) => ({ type: DATA, utype: 0, payload: data }),
  encode: (message) => message.payload,
}
