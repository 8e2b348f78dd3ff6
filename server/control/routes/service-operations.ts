import { z } from 'zod'

import { GateError } from '../../../shared/causes.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { disableBody } from '../../../shared/dashboard.ts'
import type { ProbeAnswer } from '../../../shared/dashboard.ts'
import { answerLike } from '../answer.ts'
import { readMs } from '../change-options.ts'
import type { ControlDeps } from '../deps.ts'
import { probeExample, serviceExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import type { Route } from '../route.ts'

const tags = ['services']
const params = z.strictObject({ name: z.string() })
const one = { 200: answerLike(serviceExample, 'The service as it is now') }

const DRAIN_MIN_MS = 1000
const DRAIN_MAX_MS = 3_600_000

/**
 * `POST /services/{name}/probe`: connects, says nothing and hangs up. `POST /services/{name}/disable` `{existing,
 * drainOver}`: refuses new connections, also over a restart; `POST /services/{name}/enable` takes that back.
 */
export const serviceOperations: Route = (api, { deps }) => {
  const probing = {
    summary: 'See whether a service can be reached',
    tags,
    params,
    response: { 200: answerLike(probeExample, 'What came of it') },
  }
  api.post('/services/:name/probe', { schema: probing }, async ({ params: { name } }): Promise<ProbeAnswer> => {
    serviceOf(deps, name)
    const probed = await deps.operations.probe(name)
    return { ...probed, service: serviceOf(deps, name) }
  })

  const disabling = { summary: 'Refuse new connections to a service', tags, params, body: disableBody, response: one }
  api.post('/services/:name/disable', { schema: disabling }, (request) => {
    const { name } = request.params
    const { existing, drainOver } = request.body
    const overMs = readMs(drainOver, DRAIN_MIN_MS, DRAIN_MAX_MS, 'drainOver', 'body')
    serviceOf(deps, name)
    const by = byOf(request)
    deps.operations.disable(name, by)
    if (existing !== 'keep') closeAll(deps, { name, by: by.name, overMs: existing === 'close' ? 0 : overMs })
    return serviceOf(deps, name)
  })

  const enabling = { summary: 'Let connections to a service in again', tags, params, response: one }
  api.post('/services/:name/enable', { schema: enabling }, (request) => {
    const { name } = request.params
    serviceOf(deps, name)
    deps.operations.enable(name, byOf(request))
    return serviceOf(deps, name)
  })
}

function serviceOf(deps: ControlDeps, name: string): ServiceInfo {
  const info = deps.services().find((candidate) => candidate.name === name)
  if (info === undefined) throw new GateError('no-service', 'no service has this name, and none is in the run dir')
  return info
}

interface Closing {
  readonly name: string
  readonly by: string
  /** 0: at once. */
  readonly overMs: number
}

function closeAll({ registry, closings }: ControlDeps, { name, by, overMs }: Closing): void {
  const ids = registry.openTo(name)
  const close = (id: string) => registry.close(id, { code: 1012, reason: 'the service was switched off' })
  // At once, too, when no more closings may run: whoever switches a service off wants it off.
  if (overMs === 0 || ids.length === 0 || closings.full) for (const id of ids) close(id)
  else closings.start({ by, ids, perSecond: (ids.length * 1000) / overMs, close, done: () => {} })
}
