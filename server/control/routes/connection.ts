import type { Route } from '../http.ts'
import { ApiError } from '../problem.ts'

/** `GET /connections/{id}`: one connection, open or still remembered. */
export const connection: Route = (api, { deps }) => {
  api.get<{ Params: { id: string } }>('/connections/:id', ({ params }) => {
    const found = deps.registry.get(params.id)
    if (found === null) throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    return found
  })
}
