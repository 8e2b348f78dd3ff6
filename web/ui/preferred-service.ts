import type { ServiceInfo } from '../../shared/connection.ts'

/** The sample service that answers whatever it is sent. */
const SAMPLE = 'pong'

/** Name of the service to suggest: the sample, else the first; one that failed last only when all did. */
export function preferredService(services: readonly ServiceInfo[]): string | undefined {
  const working = services.filter(({ lastError }) => lastError === null)
  const from = working.length > 0 ? working : services
  return (from.find(({ name }) => name === SAMPLE) ?? from[0])?.name
}
