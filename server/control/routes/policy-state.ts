import { answerLike } from '../answer.ts'
import { etag } from '../if-match.ts'
import type { Route } from '../route.ts'
import { stateExample } from '../state-example.ts'

const tags = ['policy']

/** `GET /policy/state`, `/policy/hits`, `/policy/findings`, `/policy/tests`: what is to be said about the one in force. */
export const policyState: Route = (api, { deps: { policy } }) => {
  const state = {
    summary: 'What is in force, what waits, what is fixed',
    tags,
    response: { 200: answerLike(stateExample, 'Without the document') },
  }
  api.get('/policy/state', { schema: state }, (_request, reply) => {
    const found = policy.state()
    return reply.header('etag', etag(found.current.version)).send(found)
  })

  const hits = {
    summary: 'How often each rule has decided, and when last',
    tags,
    response: { 200: answerLike({ hits: { 'r-1': { hits: 42, lastAt: 1_795_200_000_000 } } }, 'By id') },
  }
  api.get('/policy/hits', { schema: hits }, () => ({ hits: Object.fromEntries(policy.hits()) }))

  const finding = {
    kind: 'shadowed',
    id: 'r-2',
    others: ['r-1'],
    message: 'r-1 stands in front of it and matches everything that it does',
  }
  const findings = {
    summary: 'What is worth a look: hidden rules, dead targets, circles',
    tags,
    response: { 200: answerLike({ findings: [finding] }, 'Nothing of it is an error') },
  }
  api.get('/policy/findings', { schema: findings }, () => ({ findings: policy.findings() }))

  const tests = {
    summary: 'The tests of the policy, run now',
    tags,
    response: { 200: answerLike({ tests: [{ id: 't-1', pass: true, message: 'allowed by r-1' }] }, 'In order') },
  }
  api.get('/policy/tests', { schema: tests }, () => ({ tests: policy.tests() }))
}
