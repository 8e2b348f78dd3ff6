/** How the points of a second are put together to one of a longer step. */
type Together = 'last' | 'sum'

interface Course {
  /** One point each `stepMs`, oldest first. */
  readonly points: readonly number[]
  readonly stepMs: number
  /** When the last point was taken, in milliseconds since 1970. */
  readonly at: number
}

/**
 * A course that the gateway has told, continued by what the live feed has counted since: whole steps only, so that the
 * line moves on evenly.
 * @param perSecond one point each second up to `now`, oldest first
 */
export function continued(course: Course, perSecond: readonly number[], now: number, together: Together): number[] {
  const { points, stepMs, at } = course
  const stepS = Math.max(1, Math.round(stepMs / 1000))
  const since = Math.min(Math.max(0, Math.floor((now - at) / 1000)), perSecond.length)
  const steps = Math.floor(since / stepS)
  const fresh = perSecond.slice(perSecond.length - since)
  const more = Array.from({ length: steps }, (_, i) => {
    const part = fresh.slice(i * stepS, (i + 1) * stepS)
    return together === 'last' ? part.at(-1)! : part.reduce((all, value) => all + value, 0)
  })
  return [...points, ...more].slice(-Math.max(points.length, 1))
}
