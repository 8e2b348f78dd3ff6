import { BLOCKS_MAX } from '../../shared/api.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import { spellDuration } from '../../shared/units.ts'
import type { Actor, PolicyDesk } from '../policy/desk.ts'
import { blockRule, clientTerm } from './block-rule.ts'
import { readMs } from './change-options.ts'
import { ApiError } from './problem.ts'

const BLOCK_MIN_MS = 1000
const BLOCK_MAX_MS = 30 * 24 * 3_600_000

/** For how long clients are kept out. */
export interface BlockTime {
  /** Null: until somebody removes the rule. */
  readonly ms: number | null
  /** `for 10 min`, `until the rule is removed`. */
  readonly words: string
}

/** Reads `blockFor` of a body; null when it was not asked for. @throws ApiError invalid-request */
export function readBlockFor(text: string | undefined): BlockTime | null {
  if (text === undefined) return null
  if (text === 'forever') return { ms: null, words: 'until the rule is removed' }
  const ms = readMs(text, BLOCK_MIN_MS, BLOCK_MAX_MS, 'blockFor', 'body')
  return { ms, words: `for ${spellDuration(ms)}` }
}

/**
 * The clients of these connections as rules name them, each once.
 * @throws ApiError not-blockable when nothing tells one of them from others; too-many-blocks
 */
export function clientsOf(connections: readonly ConnectionInfo[]): string[] {
  const terms = new Set(connections.map(clientTerm))
  if (terms.has(null)) {
    throw new ApiError(
      'not-blockable',
      'nothing is known of a client that a rule could name: close without blockFor, or leave its connection out',
    )
  }
  if (terms.size > BLOCKS_MAX) {
    throw new ApiError(
      'too-many-blocks',
      `these are ${terms.size} clients, and one closing blocks at most ${BLOCKS_MAX}: choose fewer, or add a rule that covers them`,
    )
  }
  return [...terms] as string[]
}

/**
 * Adds a rule for each client at the top, all in one version.
 * @param why goes into their notes
 * @returns their ids @throws what the policy refuses
 */
export async function block(
  policy: PolicyDesk,
  clients: readonly string[],
  { time, why, actor }: { readonly time: BlockTime; readonly why: string; readonly actor: Actor },
): Promise<string[]> {
  const until = time.ms === null ? null : Date.now() + time.ms
  const added = clients.map((peer) => blockRule(peer, why, until))
  const [only] = clients
  const { document } = await policy.edit(({ rules, ...rest }) => ({ ...rest, rules: [...added, ...rules] }), actor, {
    expected: null,
    comment: `block ${clients.length === 1 ? only : `${clients.length} clients`} ${time.words}`,
    kind: 'edit',
    existing: 'keep',
    drainMs: 0,
    confirmWithinMs: null,
    override: null,
  })
  return document.rules.slice(0, added.length).map(({ id }) => id)
}
