import type { Finding } from '../api.ts'
import { disjoint, factsLike } from './cover.ts'
import type { FixedRules, PolicyDocument, PolicyProblem } from './document.ts'
import { MatchTable } from './match-table.ts'
import type { Matcher } from './match-table.ts'
import { CHAIN_MAX, compileRedirects } from './policy.ts'
import type { CompiledRedirect } from './policy.ts'

/** Most redirects that are looked at as the next one behind another; there may be more only in absurd policies. */
const FOLLOWERS_MAX = 64

/** Whether a redirect applies to everybody who asks for its service, now and later. */
export function isForAll({ redirect, terms }: CompiledRedirect): boolean {
  const { percent, until } = redirect
  return terms.length === 1 && until === undefined && (percent === undefined || percent >= 100)
}

/** Filed by the name alone; what it asks of the client is not looked at. */
interface ByName extends Matcher {
  readonly whole: CompiledRedirect
}

type Followers = (redirect: CompiledRedirect) => readonly CompiledRedirect[]

/** Tells which redirects may come next behind one: the first that is for all, last, and those for some in front of it. */
function followersOf(redirects: readonly CompiledRedirect[]): Followers {
  const table = new MatchTable<ByName>(
    redirects.map((whole) => ({ order: whole.order, terms: whole.terms.slice(0, 1), whole })),
  )
  return (redirect) => {
    if (redirect.to.kind !== 'name') return []
    const found: CompiledRedirect[] = []
    table.first(factsLike('in', redirect.to.service, []), ({ whole }) => {
      if (whole === redirect) return false // never applies to its own target
      found.push(whole)
      return isForAll(whole) || found.length === FOLLOWERS_MAX
    })
    return found
  }
}

/**
 * Redirects by which connections surely run in a circle, or through too many: the document can't be used. Circles that
 * some clients may run into are findings.
 */
export function loopProblems(document: PolicyDocument, fixed: FixedRules): PolicyProblem[] {
  const redirects = compileRedirects(document, fixed)
  const followers = followersOf(redirects)
  const nextOf = (redirect: CompiledRedirect) => followers(redirect).find(isForAll) ?? null
  const forAll = redirects.filter(isForAll)
  const next = new Map(forAll.map((redirect) => [redirect, nextOf(redirect)]))
  const pointers = new Map(document.redirects.map(({ id }, at) => [id, `/redirects/${at}/to`]))
  const pointerOf = (chain: readonly CompiledRedirect[]) =>
    chain.map(({ redirect }) => pointers.get(redirect.id)).find((pointer) => pointer !== undefined) ?? ''
  const circles = circlesOf(next).map((circle) => ({
    pointer: pointerOf(circle),
    message: `${circle.length} redirects lead in a circle, so nobody would arrive: ${namesOf(circle)}`,
  }))
  const long = chainsOf(next).map((chain) => ({
    pointer: pointerOf(chain),
    message: `a connection follows ${CHAIN_MAX} redirects at most, these are ${chain.length}: ${namesOf(chain)}`,
  }))
  return [...circles, ...long]
}

type Next = ReadonlyMap<CompiledRedirect, CompiledRedirect | null>

function circlesOf(next: Next): CompiledRedirect[][] {
  const circles: CompiledRedirect[][] = []
  const seen = new Set<CompiledRedirect>()
  for (const start of next.keys()) {
    const path = new Set<CompiledRedirect>()
    let at: CompiledRedirect | null = start
    while (at !== null && !seen.has(at)) {
      seen.add(at)
      path.add(at)
      at = next.get(at) ?? null
    }
    if (at !== null && path.has(at)) circles.push([...path].slice([...path].indexOf(at)))
  }
  return circles
}

/** Chains without a circle that are too long, from their first redirect on: one that somebody can surely get to. */
function chainsOf(next: Next): CompiledRedirect[][] {
  const first = new MatchTable<ByName>(
    [...next.keys()].map((whole) => ({ order: whole.order, terms: whole.terms, whole })),
  )
  const behind = new Set(next.values())
  const chains: CompiledRedirect[][] = []
  for (const start of next.keys()) {
    if (behind.has(start)) continue
    const chain: CompiledRedirect[] = []
    for (let at: CompiledRedirect | null = start; at !== null && chain.length <= next.size; at = next.get(at) ?? null)
      chain.push(at)
    if (chain.length <= CHAIN_MAX || chain.length > next.size) continue
    const name = start.redirect.from.replaceAll('*', 'x')
    if (first.first(factsLike('in', name, []), () => true)?.whole === start) chains.push(chain)
  }
  return chains
}

const namesOf = (chain: readonly CompiledRedirect[]): string => {
  const names = chain.map(({ redirect: { from, to } }) => `${from} to ${to}`)
  return names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and so on`
}

/** Circles that a client may run into who meets the conditions of all their redirects. */
export function loopFindings(redirects: readonly CompiledRedirect[]): Finding[] {
  const followers = followersOf(redirects)
  const edges = new Map(
    redirects.map((redirect) => {
      const [, ...conditions] = redirect.terms
      return [redirect, followers(redirect).filter(({ terms: [, ...others] }) => !disjoint(conditions, others))]
    }),
  )
  return componentsOf(redirects, edges).flatMap((component): Finding[] => {
    if (component.length < 2) return []
    const circle = circleIn(new Set(component), edges)
    const [id, ...others] = circle.map(({ redirect }) => redirect.id)
    const message = `may lead in a circle, for clients that all of these apply to: ${namesOf(circle)}`
    return [{ kind: 'loop', id: id!, others, message }]
  })
}

type Edges = ReadonlyMap<CompiledRedirect, readonly CompiledRedirect[]>

/** A shortest way from the first redirect of a strongly connected set back to it. */
function circleIn(component: ReadonlySet<CompiledRedirect>, edges: Edges): CompiledRedirect[] {
  const start = [...component].reduce((first, each) => (each.order < first.order ? each : first))
  const cameFrom = new Map<CompiledRedirect, CompiledRedirect>()
  const queue = [start]
  for (const at of queue) {
    for (const to of edges.get(at)!) {
      if (to === start) {
        const circle = [at]
        while (circle[0] !== start) circle.unshift(cameFrom.get(circle[0]!)!)
        return circle
      }
      if (!component.has(to) || cameFrom.has(to)) continue
      cameFrom.set(to, at)
      queue.push(to)
    }
  }
  return [start]
}

/** Strongly connected components (Tarjan), without recursion: a chain may be as long as the document. */
function componentsOf(nodes: readonly CompiledRedirect[], edges: Edges): CompiledRedirect[][] {
  const index = new Map<CompiledRedirect, number>()
  const low = new Map<CompiledRedirect, number>()
  const open: CompiledRedirect[] = []
  const isOpen = new Set<CompiledRedirect>()
  const components: CompiledRedirect[][] = []
  for (const root of nodes) {
    const work = index.has(root) ? [] : [{ node: root, child: 0 }]
    while (work.length > 0) {
      const frame = work.at(-1)!
      const { node } = frame
      if (frame.child === 0) {
        low.set(node, index.size)
        index.set(node, index.size)
        open.push(node)
        isOpen.add(node)
      }
      const next = edges.get(node)![frame.child++]
      if (next !== undefined) {
        if (!index.has(next)) work.push({ node: next, child: 0 })
        else if (isOpen.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!))
        continue
      }
      work.pop()
      const parent = work.at(-1)?.node
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!))
      if (low.get(node) === index.get(node)) {
        const component = open.splice(open.lastIndexOf(node))
        for (const each of component) isOpen.delete(each)
        components.push(component)
      }
    }
  }
  return components
}
