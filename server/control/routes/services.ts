import { answerLike } from '../answer.ts'
import { serviceExample } from '../examples.ts'
import type { Route } from '../route.ts'

/** `GET /services`: every service that can be asked for, by name. */
export const services: Route = (api, { deps }) => {
  const schema = {
    summary: 'All services, discovered and defined',
    tags: ['services'],
    response: { 200: answerLike({ services: [serviceExample] }, 'By name') },
  }
  api.get('/services', { schema }, () => ({ services: deps.services() }))
}
