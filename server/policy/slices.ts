/** Longest that looking at many connections keeps the event loop at a time. */
const SLICE_MS = 5

/** Calls `visit` for each that is there now, with pauses in which everything else has its turn. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  let until = performance.now() + SLICE_MS
  for (const item of Array.from(items)) {
    if (performance.now() >= until) {
      await new Promise((resolve) => setImmediate(resolve))
      until = performance.now() + SLICE_MS
    }
    visit(item)
  }
}
