import type { Route } from '../http.ts'

/** `GET /services`: every service that can be asked for, by name. */
export const services: Route = (api, { deps }) => {
  api.get('/services', () => ({ services: deps.services() }))
}
