import { z } from 'zod'

import type { ConnectionDetail } from '../../../shared/dashboard.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { timeline } from '../timeline.ts'

const params = z.strictObject({ id: z.string() })

/** `GET /connections/{id}`: one connection, open or still remembered, and what happened to it. */
export const connection: Route = (api, { deps }) => {
  const schema = { summary: 'One connection', tags: ['connections'], params }
  api.get('/connections/:id', { schema }, (request): ConnectionDetail => {
    const found = deps.registry.get(request.params.id)
    if (found === null) throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    return { ...found, timeline: timeline(found) }
  })
}
