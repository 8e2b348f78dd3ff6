import { z } from 'zod'

import type { ConnectionDetail } from '../../../shared/dashboard.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { timeline } from '../timeline.ts'

const params = z.strictObject({ id: z.string() })

/** `GET /connections/{id}`: one connection, open or still remembered, and what happened to it. */
export const connection: Route = (api, { deps }) => {
  const schema = { summary: 'One connection', tags: ['connections'], params }
  const { registry, policy } = deps
  api.get('/connections/:id', { schema }, ({ params: { id } }): ConnectionDetail => {
    const found = registry.get(id)
    const arrival = registry.arrival(id)
    if (found === null || arrival === null)
      throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    const redirects = [...policy.state().fixed.redirects, ...policy.current().document.redirects]
    return { ...found, timeline: timeline(found, arrival, new Set(redirects.map((redirect) => redirect.id))) }
  })
}
