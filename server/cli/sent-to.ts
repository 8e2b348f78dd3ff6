import type { Redirect } from '../../shared/policy/document.ts'
import { glob } from '../../shared/policy/glob.ts'

/** What redirects say about names. */
export interface SentTo {
  /**
   * Where clients that ask for a name are sent: `nextversion-authd (10 %)`, with a comma between those for some of them;
   * empty where no redirect means it. Only the first step: what a target is sent on to stands at its own name.
   */
  of(name: string): string
  /** Names that they know. Patterns name none. */
  readonly names: readonly string[]
}

/** @param redirects in the order in which they are judged @param now milliseconds since 1970 */
export function sentTo(redirects: readonly Redirect[], now: number): SentTo {
  const inForce = redirects
    .filter(({ enabled, until }) => enabled && (until === undefined || Date.parse(until) > now))
    .map((redirect) => ({ ...redirect, pattern: glob(redirect.from) }))
  return {
    of(name) {
      const parts: string[] = []
      for (const { pattern, to, peer, percent } of inForce) {
        if (!pattern.test(name)) continue
        const some = [...(percent === undefined ? [] : [`${percent} %`]), ...(peer === '*' ? [] : [peer])]
        parts.push(some.length === 0 ? to : `${to} (${some.join(' of ')})`)
        if (some.length === 0) break // no later one is ever asked
      }
      return parts.join(', ')
    },
    names: inForce.filter(({ pattern }) => pattern.literal).map(({ from }) => from),
  }
}
