import { z } from 'zod'

import type { Route } from '../http.ts'
import { ApiError } from '../problem.ts'
import { validate } from '../validate.ts'

/** Codes that may be sent (RFC 6455, 7.4): registered ones that are not reserved, and the private range. */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006, 1010].includes(code)) || (code >= 3000 && code <= 4999)
}

/** A close frame holds 125 bytes, two of them the code (RFC 6455, 5.5). */
const REASON_MAX = 123

const bodySchema = z
  .strictObject({
    code: z
      .int('must be a whole number')
      .refine(
        mayBeSent,
        'must be a close code that may be sent: 1000 to 1014 without 1004, 1005, 1006, 1010, or 3000 to 4999',
      )
      .optional(),
    reason: z
      .string('must be text')
      .refine((text) => Buffer.byteLength(text) <= REASON_MAX, `must have at most ${REASON_MAX} bytes`)
      .optional(),
  })
  .nullish()

/** `DELETE /connections/{id}` `{code?, reason?}`: closes it as an administrator. 204 when the closing has begun. */
export const closeConnection: Route = (api, { deps: { registry } }) => {
  api.delete<{ Params: { id: string } }>('/connections/:id', ({ params, body }, reply) => {
    const { code, reason } = validate(bodySchema, body, 'body') ?? {}
    if (registry.get(params.id) === null) {
      throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    }
    const options = { ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) }
    if (!registry.close(params.id, options)) throw new ApiError('not-open', 'this connection has ended already')
    return reply.code(204).send()
  })
}
