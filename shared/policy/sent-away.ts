import { budget } from './cover-search.ts'
import { factsLike, patternsDisjoint } from './cover.ts'
import { glob } from './glob.ts'
import { isForAll } from './loops.ts'
import { MatchTable } from './match-table.ts'
import type { CompiledRedirect } from './policy.ts'
import type { RedirectTarget } from './target.ts'

/** Tells of which services nobody ever arrives at the rules, since a redirect sends them on. */
export class SentAway {
  readonly #table: MatchTable<CompiledRedirect>
  /** Redirects that end the way and leave the name as it is. */
  readonly #staying: readonly CompiledRedirect[]
  /** Names that the rules may see whatever redirects there are for them. */
  readonly #landings: ReadonlySet<string>
  readonly #left = budget()

  constructor(redirects: readonly CompiledRedirect[]) {
    this.#table = new MatchTable(redirects.filter(isForAll))
    this.#staying = redirects.filter(({ to, fallback }) => keepsName(to) || keepsName(fallback))
    const ends = redirects.flatMap(({ to, fallback }) => [to.kind === 'name' ? null : to, fallback])
    this.#landings = new Set(
      ends.flatMap((to) => (to === null || to.kind === 'path' || to.service === null ? [] : [to.service])),
    )
  }

  /** The redirect that takes everyone who asks for a service like this away from it; null when there is none for sure. */
  by(service: string): CompiledRedirect['redirect'] | null {
    if (service.startsWith('-')) return null
    const names = glob(service)
    const facts = factsLike('in', service, [])
    for (const list of this.#table.candidates(facts)) {
      for (const each of list) {
        if (this.#left.pairs-- <= 0) return null
        if (glob(each.redirect.from).covers(service) && this.#takesAll(each, names.test, service)) return each.redirect
      }
    }
    return null
  }

  #takesAll({ to, order }: CompiledRedirect, matches: (name: string) => boolean, service: string): boolean {
    if (to.kind === 'path' || to.service === null || matches(to.service)) return false
    this.#left.pairs -= this.#landings.size + this.#staying.length
    if ([...this.#landings].some(matches)) return false
    return !this.#staying.some((each) => each.order <= order && !patternsDisjoint(each.redirect.from, service))
  }
}

const keepsName = (to: RedirectTarget | null): boolean =>
  to !== null && (to.kind === 'path' || (to.kind === 'remote' && to.service === null))
