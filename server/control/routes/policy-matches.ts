import { matchesBody } from '../../../shared/dashboard.ts'
import { answerLike } from '../answer.ts'
import { matchesExample } from '../examples.ts'
import type { Route } from '../route.ts'
import { entryValidator } from '../validate.ts'

/** `POST /policy/matches` `{rule}` or `{redirect}`: which connections it alone matches, open ones and those of late. */
export const policyMatches: Route = (api, { deps: { policy } }) => {
  const schema = {
    summary: 'Which connections a rule or redirect matches',
    description: 'By itself, wherever it stood, and switched on; a rule sees what the redirects in force lead to.',
    tags: ['policy'],
    body: matchesBody.meta({
      examples: [{ rule: { action: 'allow', direction: 'in', service: 'pong', peer: '10.0.0.0/8' } }],
    }),
    response: { 200: answerLike(matchesExample, 'How many, and at most 100 ids of open ones, the newest first') },
  }
  api.post('/policy/matches', { schema, validatorCompiler: entryValidator }, ({ body }) => policy.matches(body))
}
