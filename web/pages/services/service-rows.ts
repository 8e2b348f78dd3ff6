import type { ServiceInfo } from '../../../shared/connection.ts'
import type { ServiceState } from '../../../shared/dashboard.ts'
import type { Row } from '../../live/live-store.ts'
import { ratesOf } from '../../live/rates.ts'
import { text } from '../../messages/services.ts'

/** Services that hold a text in name, target, framing or last error, and stand in a state; empty means any. */
export function filterServices(services: readonly ServiceInfo[], filter: string, show: string): readonly ServiceInfo[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return services.filter(({ name, target, codec, state, lastError }) => {
    const all = [name, target, codec, lastError ?? ''].join('\n').toLowerCase()
    return (show === '' || state === show) && words.every((word) => all.includes(word))
  })
}

/** How many stand in each state. */
export function countStates(services: readonly ServiceInfo[]): Readonly<Record<ServiceState, number>> {
  const counts = { up: 0, down: 0, unknown: 0, disabled: 0 }
  for (const { state } of services) counts[state]++
  return counts
}

/** Bytes both ways per second, by service. @param now milliseconds since 1970 */
export function serviceRates(open: readonly Row[], now: number): ReadonlyMap<string, number> {
  const rates = new Map<string, number>()
  for (const { info, samples } of open) {
    const { up, down } = ratesOf(samples, now)
    rates.set(info.service, (rates.get(info.service) ?? 0) + up + down)
  }
  return rates
}

/** Address of the form that makes an entry for a service that was only discovered. */
export function settlePath({ name, target }: ServiceInfo): string {
  return `/services?${new URLSearchParams({ edit: 'new', name, target })}`
}

/** What a target is, in words: `Unix socket`; the scheme itself where we have none. */
export function kindOf(target: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(target)?.[1] ?? ''
  const { kinds } = text
  return Object.hasOwn(kinds, scheme) ? kinds[scheme as keyof typeof kinds] : scheme
}
