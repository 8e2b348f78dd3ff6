import { z } from 'zod'

import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'

const params = z.strictObject({ id: z.string() })

/** `GET /connections/{id}`: one connection, open or still remembered. */
export const connection: Route = (api, { deps }) => {
  const schema = { summary: 'One connection', tags: ['connections'], params }
  api.get('/connections/:id', { schema }, (request) => {
    const found = deps.registry.get(request.params.id)
    if (found === null) throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    return found
  })
}
