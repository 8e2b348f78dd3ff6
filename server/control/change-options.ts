import { z } from 'zod'

import { commitBody } from '../../shared/api.ts'
import type { PolicyVersion } from '../../shared/api.ts'
import { formatDuration, parseDuration, UnitError } from '../../shared/units.ts'
import type { CommitOptions } from '../policy/desk.ts'
import { invalid } from './validate.ts'

/** How a change is made, whatever it is: in the query of an edit, in the body of a restore, an undo, an import. */
export const changeOptions = commitBody.omit({ document: true })
export type ChangeOptions = z.output<typeof changeOptions>

/** In milliseconds. */
const CONFIRM_MIN = 5000
const CONFIRM_MAX = 3_600_000
const DRAIN_MIN = 1000
const DRAIN_MAX = 3_600_000

/**
 * @param where the part of the request that holds them: `query`, `body`
 * @throws ApiError invalid-request for a duration that is none, or out of its range
 */
export function commitOptions(
  { existing, drainOver, confirmWithin, comment, override }: ChangeOptions,
  { where, kind, expected }: { where: string; kind: PolicyVersion['kind']; expected: number | null },
): CommitOptions {
  return {
    expected,
    comment,
    kind,
    existing,
    drainMs: readMs(drainOver, DRAIN_MIN, DRAIN_MAX, 'drainOver', where),
    confirmWithinMs:
      confirmWithin === undefined ? null : readMs(confirmWithin, CONFIRM_MIN, CONFIRM_MAX, 'confirmWithin', where),
    override: override ?? null,
  }
}

/**
 * A duration of a request, in milliseconds.
 * @param where the part of the request that holds it: `query`, `body`
 * @throws ApiError invalid-request when it is none, or out of its range
 */
export function readMs(text: string, min: number, max: number, field: string, where: string): number {
  const wrong = (message: string) => invalid([{ pointer: `/${field}`, message }], where)
  try {
    const ms = parseDuration(text)
    if (ms >= min && ms <= max) return ms
  } catch (error) {
    if (!(error instanceof UnitError)) throw error
    throw wrong(error.message)
  }
  throw wrong(`must be from ${formatDuration(min)} to ${formatDuration(max)}`)
}
