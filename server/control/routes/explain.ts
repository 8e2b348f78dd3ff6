import { explainBody } from '../../../shared/api.ts'
import type { Explanation } from '../../../shared/api.ts'
import { answerLike } from '../answer.ts'
import type { Route } from '../route.ts'
import { invalid } from '../validate.ts'

const example: Explanation = {
  verdict: 'deny',
  rule: 'default-in',
  service: 'pong',
  target: 'unix:pong',
  version: 12,
  steps: [
    {
      stage: 'firewall',
      id: 'r-1',
      text: 'allow in authd user:anna',
      matched: false,
      reason: 'the service is pong, not authd',
    },
  ],
  summary: 'Denied by default: no rule matched.',
}

/** `POST /explain`: what the policy says to an invented connection, or said to a real one. */
export const explain: Route = (api, { deps: { policy } }) => {
  const body = explainBody.meta({
    examples: [{ direction: 'in', service: 'pong', peer: '10.0.0.5 user:anna' }, { requestId: 'a1b2c3-1' }],
  })
  const schema = {
    summary: 'Why a connection is let in or not',
    tags: ['policy'],
    body,
    response: { 200: answerLike(example, 'Every step with its reason') },
  }
  api.post('/explain', { schema }, ({ body: asked }) => {
    if ('requestId' in asked) return policy.explainRequest(asked.requestId)
    try {
      return policy.explain(asked.direction, asked.service, asked.peer)
    } catch (error) {
      if (error instanceof RangeError) throw invalid([{ pointer: '/peer', message: error.message }], 'body')
      throw error
    }
  })
}
