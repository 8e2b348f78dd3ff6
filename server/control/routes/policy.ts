import { documentSchema } from '../../../shared/policy/document.ts'
import { answer } from '../answer.ts'
import { changeOptions, commitOptions } from '../change-options.ts'
import { actorOf } from '../identity.ts'
import { etag, expectedVersion, hasVersion, ifMatchNeeded } from '../if-match.ts'
import type { Route } from '../route.ts'
import { documentValidator } from '../validate.ts'

/** `GET` and `PUT /policy`: the whole document. Its version is the ETag. */
export const policy: Route = (api, { deps, limits }) => {
  const reading = { summary: 'The policy in force', tags: ['policy'], response: { '2xx': answer(documentSchema) } }
  api.get('/policy', { schema: reading }, (request, reply) => {
    const { version, document } = deps.policy.current()
    reply.header('etag', etag(version))
    return hasVersion(request, version) ? reply.code(304).send() : reply.send(document)
  })

  const writing = {
    summary: 'Replace the policy',
    description: 'Needs If-Match with the ETag of the version that was changed. Entries without an id get one.',
    tags: ['policy'],
    headers: ifMatchNeeded,
    querystring: changeOptions,
    body: documentSchema,
    response: { 200: answer(documentSchema) },
  }
  const options = { schema: writing, validatorCompiler: documentValidator, bodyLimit: limits.documentBytes }
  api.put('/policy', options, async (request, reply) => {
    const expected = expectedVersion(request, true)
    const how = commitOptions(request.query, { where: 'query', kind: 'commit', expected })
    const { version, document } = await deps.policy.commit(request.body, actorOf(request), how)
    return reply.header('etag', etag(version)).send(document)
  })
}
