import type { DraftAnswer } from '../../../shared/dashboard.ts'
import { draftBody } from '../../../shared/dashboard.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { answerLike } from '../answer.ts'
import { draftExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import type { Route } from '../route.ts'
import { invalid } from '../validate.ts'

const tags = ['policy']
const response = { 200: answerLike({ draft: draftExample } satisfies DraftAnswer, 'The draft of who asks') }

/**
 * `GET`, `PUT` and `DELETE /policy/draft`: rules that whoever asks has begun to change, one draft for each name. It is
 * kept as it comes and checked by a preview or a commit, which leaves it where it is.
 */
export const policyDraft: Route = (api, { deps: { drafts, policy }, limits }) => {
  const reading = { summary: 'Your draft of the policy', description: 'Null when there is none.', tags, response }
  api.get('/policy/draft', { schema: reading }, (request): DraftAnswer => ({ draft: drafts.of(byOf(request).name) }))

  const body = draftBody.meta({ examples: [{ base: draftExample.base, document: draftExample.document }] })
  const writing = { summary: 'Keep your draft of the policy', tags, body, response }
  api.put('/policy/draft', { schema: writing, bodyLimit: limits.documentBytes }, (request): DraftAnswer => {
    const { base, document } = request.body
    const { version } = policy.current()
    if (base > version) {
      throw invalid(
        [{ pointer: '/base', message: `there is no version ${base} yet, ${version} is the latest` }],
        'body',
      )
    }
    return { draft: drafts.save(byOf(request).name, base, document as unknown as PolicyDocument) }
  })

  const dropping = { summary: 'Discard your draft of the policy', tags }
  api.delete('/policy/draft', { schema: dropping }, (request, reply) => {
    drafts.discard(byOf(request).name)
    return reply.code(204).send()
  })
}
