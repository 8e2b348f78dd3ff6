/** How often some are ended. */
const TICK_MS = 20

/**
 * Ends many things spread evenly over a time, so that those who come back do not all come at once.
 * @param overMs 0: all of them in this turn
 * @param least ended per tick, 20 ms
 * @returns stops it; `done` resolves when the last was ended, or it was stopped
 */
export function endPaced<T>(
  items: readonly T[],
  overMs: number,
  least: number,
  end: (item: T) => void,
): { readonly stop: () => void; readonly done: Promise<void> } {
  const ticks = Math.max(1, Math.floor(overMs / TICK_MS))
  let at = 0
  let tick = 0
  let timer: NodeJS.Timeout | undefined
  let finish = (): void => {}
  const done = new Promise<void>((resolve) => (finish = resolve))
  const stop = (): void => {
    clearInterval(timer)
    finish()
  }
  const step = (): void => {
    tick++
    const due = Math.max(Math.ceil((items.length * tick) / ticks), at + least)
    for (; at < due && at < items.length; at++) end(items[at]!)
    if (at >= items.length) stop()
  }
  if (ticks > 1) timer = setInterval(step, TICK_MS)
  step()
  if (ticks === 1) while (at < items.length) step()
  return { stop, done }
}
