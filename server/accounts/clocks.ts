/** The two clocks, in milliseconds: what people read, which may jump, and what only ever goes on. */
export interface Clocks {
  readonly now: () => number
  readonly monotonic: () => number
}
