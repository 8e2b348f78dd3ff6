import { GateError } from '../../../shared/causes.ts'
import { ECHO_SERVICE } from '../../../shared/dashboard.ts'
import type { Candidate } from '../../../shared/dashboard.ts'
import { answerLike } from '../answer.ts'
import { candidateExample, serviceExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import type { Route } from '../route.ts'

const tags = ['services']

/**
 * `GET /services/candidates`: what on this machine could be a service. `POST /services/echo`: starts the built-in echo
 * service and defines it, for those who have no service yet.
 */
export const serviceCandidates: Route = (api, { deps }) => {
  const finding = {
    summary: 'What on this machine could be a service',
    tags,
    response: { 200: answerLike({ candidates: [candidateExample] }, 'Sockets of the run dir, then TCP ports') },
  }
  api.get('/services/candidates', { schema: finding }, async (): Promise<{ candidates: Candidate[] }> => ({
    candidates: await deps.candidates(),
  }))

  const starting = {
    summary: 'Start the built-in echo service',
    tags,
    response: { 200: answerLike(serviceExample, 'The service') },
  }
  api.post('/services/echo', { schema: starting }, async (request) => {
    await deps.startEcho(byOf(request))
    const info = deps.services().find(({ name }) => name === ECHO_SERVICE)
    if (info === undefined) throw new GateError('no-service', `the service ${ECHO_SERVICE} is not there`)
    return info
  })
}
