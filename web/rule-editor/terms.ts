import { parsePeer } from '../../shared/policy/conditions/index.ts'
import { splitPeer } from '../rules/split-peer.ts'

/** Which web pages a rule is for. `several`: more than the form can show. */
export type PageChoice = 'any' | 'none' | 'one' | 'several'

/** The conditions about the client, as the fields of the form show them. */
export interface Terms {
  readonly who: readonly string[]
  readonly page: PageChoice
  /** With `one`. */
  readonly origin: string
  /** What has no field: time windows, and origins when there are several of them. */
  readonly rest: readonly string[]
}

export function termsOf(peer: string): Terms {
  const { who, origins, times } = splitPeer(peer)
  const rest = times.map((time) => `time:${time}`)
  if (origins.length > 1) return { who, page: 'several', origin: '', rest: [...origins.map(originTerm), ...rest] }
  const [origin] = origins
  if (origin === undefined) return { who, page: 'any', origin: '', rest }
  return origin === 'none' ? { who, page: 'none', origin: '', rest } : { who, page: 'one', origin, rest }
}

const originTerm = (origin: string): string => `origin:${origin}`

/** `termsOf` the other way round; an origin that is still empty is written as such, and is a fault. */
export function peerOf({ who, page, origin, rest }: Terms): string {
  const origins = page === 'none' ? ['origin:none'] : page === 'one' ? [originTerm(origin.replaceAll(/\s+/g, ''))] : []
  return [...who.filter((term) => term !== '*'), ...origins, ...rest].join(' ') || '*'
}

/** What is wrong with a condition, as a sentence; null when nothing is. */
export function termProblem(term: string): string | null {
  try {
    parsePeer(term)
    return null
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}
