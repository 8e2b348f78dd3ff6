import type { Route } from '../http.ts'

/** `GET /status`: what runs. */
export const status: Route = (api, { deps }) => {
  api.get('/status', () => deps.status())
}
