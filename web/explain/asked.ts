import type { Direction } from '../../shared/policy/request.ts'

/** What shall be explained, as it stands in the address under `?explain=`. */
export type Asked =
  /** Nothing yet: an empty form. */
  | { readonly kind: 'new' }
  /** A connection that was there, or a refused request. */
  | { readonly kind: 'known'; readonly id: string }
  /** One that nobody made; `peer` is what is known of the client. */
  | { readonly kind: 'invented'; readonly direction: Direction; readonly service: string; readonly peer: string }

/** Reads `new`, `in pong 10.0.0.5 user:anna`, or an id. */
export function readAsked(param: string): Asked {
  const [first = '', service, ...facts] = param.trim().split(/\s+/)
  if ((first === 'in' || first === 'out') && service !== undefined) {
    return { kind: 'invented', direction: first, service, peer: facts.join(' ') || '*' }
  }
  return first === '' || first === 'new' || service !== undefined ? { kind: 'new' } : { kind: 'known', id: first }
}

/** `readAsked` the other way round. */
export function writeAsked(asked: Asked): string {
  if (asked.kind === 'new') return 'new'
  if (asked.kind === 'known') return asked.id
  const { direction, service, peer } = asked
  return [direction, service, ...peer.split(/\s+/)].filter((word) => word !== '' && word !== '*').join(' ')
}
