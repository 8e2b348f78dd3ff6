import type { ServiceInfo } from '../../shared/connection.ts'

/** A service as the feed tells it: a socket of the run dir that is up, but for what a test cares about. */
export function serviceInfo(name: string, fields: Partial<ServiceInfo> = {}): ServiceInfo {
  return {
    name,
    target: `unix:${name}`,
    codec: 'libipc',
    from: 'discovered',
    connections: 0,
    lastError: null,
    state: 'up',
    since: 0,
    ...fields,
  }
}
