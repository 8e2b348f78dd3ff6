import { z } from 'zod'

import { serviceBody } from '../../../shared/api.ts'
import type { ServiceDetail } from '../../../shared/api.ts'
import { GateError } from '../../../shared/causes.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { glob } from '../../../shared/policy/glob.ts'
import { parseRedirectTarget } from '../../../shared/policy/target.ts'
import { answerLike } from '../answer.ts'
import type { ControlDeps } from '../deps.ts'
import { serviceDetailExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import type { Route } from '../route.ts'

const tags = ['services']
const params = z.strictObject({ name: z.string() })
const one = answerLike(serviceDetailExample, 'With its health, its connections and the rules about it')

/** Rows of each list of connections. */
const SHOWN = 50

/**
 * `GET /services/{name}`: one service with its health, its connections and the rules that are about it. `PUT` and
 * `DELETE`: an entry of the dashboard; one of the file or the command line beats it and can't be changed here. A slash in
 * the name is written `%2F`.
 */
export const service: Route = (api, { deps }) => {
  api.get(
    '/services/:name',
    { schema: { summary: 'One service', tags, params, response: { 200: one } } },
    ({ params: { name } }) => detail(deps, name),
  )

  const schema = { summary: 'Define a service', tags, params, body: serviceBody, response: { '2xx': one } }
  api.put('/services/:name', { schema }, (request, reply) => {
    const { name } = request.params
    const isNew = deps.definitions.define(name, request.body, byOf(request))
    return reply.code(isNew ? 201 : 200).send(detail(deps, name))
  })

  api.delete(
    '/services/:name',
    { schema: { summary: "Remove the dashboard's definition of a service", tags, params } },
    (request, reply) => {
      deps.definitions.remove(request.params.name, byOf(request))
      return reply.code(204).send()
    },
  )
}

function detail(deps: ControlDeps, name: string): ServiceDetail {
  const { registry, policy, definitions } = deps
  const info = deps.services().find((candidate) => candidate.name === name)
  if (info === undefined) throw new GateError('no-service', 'no service has this name, and none is in the run dir')
  const { document } = policy.current()
  const { fixed } = policy.state()
  const own = (connection: ConnectionInfo): boolean => connection.service === name
  const over = [...registry.list({ state: 'closed' }), ...registry.list({ state: 'refused' })].filter(own)
  return {
    ...info,
    entry: definitions.entry(name),
    rules: [...fixed.rules, ...document.rules].filter((rule) => glob(rule.service).test(name)),
    redirects: [...fixed.redirects, ...document.redirects].filter(
      ({ from, to, fallback }) => glob(from).test(name) || leadsTo(to, name) || leadsTo(fallback, name),
    ),
    open: newest(registry.list({ state: 'open' }).filter(own)),
    trouble: newest(over.filter(({ ending }) => ending !== null && ending.close !== 1000)),
  }
}

function leadsTo(target: string | undefined, name: string): boolean {
  if (target === undefined) return false
  const to = parseRedirectTarget(target)
  return to.kind === 'name' && to.service === name
}

function newest(connections: readonly ConnectionInfo[]): ConnectionInfo[] {
  return connections.toSorted((a, b) => b.openedAt - a.openedAt).slice(0, SHOWN)
}
