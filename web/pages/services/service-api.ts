import type { ServiceBody } from '../../../shared/api.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import type { disableBody, ProbeAnswer } from '../../../shared/dashboard.ts'
import { request, send } from '../../api/client.ts'

/** A probe connects: the gateway gives up on a service by itself, later than on other answers. In ms. */
const PROBE_TIMEOUT_MS = 30_000

const pathOf = (name: string): string => `/services/${encodeURIComponent(name)}`

/** @throws like `getJson`, as do all here */
export async function probeService(name: string): Promise<ProbeAnswer> {
  const init = { method: 'POST', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }
  return (await (await request(`${pathOf(name)}/probe`, init)).json()) as ProbeAnswer
}

export async function disableService(name: string, body: (typeof disableBody)['_input']): Promise<void> {
  await send('POST', `${pathOf(name)}/disable`, body)
}

export async function enableService(name: string): Promise<void> {
  await send('POST', `${pathOf(name)}/enable`)
}

export async function defineService(name: string, body: ServiceBody): Promise<void> {
  await request(pathOf(name), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  })
}

export async function removeService(name: string): Promise<void> {
  await send('DELETE', pathOf(name))
}

/** Starts the built-in echo service and defines it. */
export async function startEcho(): Promise<ServiceInfo> {
  return (await (await send('POST', '/services/echo')).json()) as ServiceInfo
}
