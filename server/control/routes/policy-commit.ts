import { z } from 'zod'

import { commitBody, previewBody } from '../../../shared/api.ts'
import { documentSchema } from '../../../shared/policy/document.ts'
import { answerLike } from '../answer.ts'
import { commitOptions } from '../change-options.ts'
import { actorOf } from '../identity.ts'
import { etag, expectedVersion, ifMatchNeeded } from '../if-match.ts'
import type { Route } from '../route.ts'
import { stateExample } from '../state-example.ts'

/** Described as a policy, checked by the policy itself, which tells all that is wrong with it (422). */
const document = z.unknown().meta({
  description: 'A policy document, as GET /policy sends it',
  examples: [documentSchema.parse({ rules: [{ action: 'allow', direction: 'in', service: 'pong' }] })],
})

const body = commitBody.extend({ document })
const draft = previewBody.extend({ document })
const response = { 200: answerLike(stateExample, 'What is in force now') }

/**
 * `POST /policy/preview`, `/policy/commit`, `/policy/confirm`, `/policy/rollback`: a draft is looked at, comes into
 * force, and goes back by itself unless it is confirmed in time, when the commit asked for that.
 */
export const policyCommit: Route = (api, { deps: { policy }, limits }) => {
  const bodyLimit = limits.documentBytes
  const previewing = {
    summary: 'What a draft would do',
    description:
      'Problems, changes, findings, tests, and what happens to open and recent connections. Changes nothing.',
    tags: ['policy'],
    body: draft,
  }
  api.post('/policy/preview', { schema: previewing, bodyLimit }, (request) =>
    policy.preview(request.body.document, actorOf(request)),
  )

  const committing = {
    summary: 'Bring a draft into force',
    description: 'Needs If-Match. With `confirmWithin` it goes back by itself unless it is confirmed in time.',
    tags: ['policy'],
    headers: ifMatchNeeded,
    body,
    response,
  }
  api.post('/policy/commit', { schema: committing, bodyLimit }, async (request, reply) => {
    const expected = expectedVersion(request, true)
    const options = commitOptions(request.body, { where: 'body', kind: 'commit', expected })
    const { version } = await policy.commit(request.body.document, actorOf(request), options)
    return reply.header('etag', etag(version)).send(policy.state())
  })

  const confirming = { summary: 'Keep the commit that waits', tags: ['policy'], response }
  api.post('/policy/confirm', { schema: confirming }, (request, reply) => {
    const state = policy.confirm(actorOf(request))
    return reply.header('etag', etag(state.current.version)).send(state)
  })

  const returning = { summary: 'Take back the commit that waits', tags: ['policy'], response }
  api.post('/policy/rollback', { schema: returning }, (request, reply) => {
    const { version } = policy.rollback(actorOf(request))
    return reply.header('etag', etag(version)).send(policy.state())
  })
}
