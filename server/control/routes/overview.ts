import { answerLike } from '../answer.ts'
import { overviewExample } from '../examples.ts'
import { Overview } from '../overview.ts'
import type { Route } from '../route.ts'

/** `GET /overview`: what the first page shows besides the live feed. */
export const overview: Route = (api, { deps }) => {
  const made = new Overview(deps)
  const schema = {
    summary: 'What happened lately, and what wants a look',
    tags: ['gateway'],
    response: { 200: answerLike(overviewExample, 'At most five seconds old') },
  }
  api.get('/overview', { schema }, () => made.answer())
}
