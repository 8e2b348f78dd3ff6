/** What one measurement of one workload on one target gave. Every figure is null where it does not apply. */
export interface Sample {
  /** The workload's main figure, in its unit. */
  readonly value: number | null
  /** CPU time of the target: microseconds per message or connection, milliseconds per MB. */
  readonly cpu: number | null
  readonly p50Us: number | null
  readonly p99Us: number | null
  /** Share of one core that the load generator used; near 1 it is what limits, unless all share one core. */
  readonly generatorCores: number | null
  /** What was lost, corrupt or refused, in words; '' when every message came back as it was sent. */
  readonly fault: string
}

/** Samples by workload and target, one per round and in their order. */
export type Results = Record<string, Record<string, Sample[]>>

/** The middle one, or the mean of the two in the middle; null of nothing. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  if (sorted.length === 0) return null
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Median of one figure over the rounds that went well. */
export function typical(samples: readonly Sample[], figure: (sample: Sample) => number | null): number | null {
  return median(samples.map((sample) => (sample.fault === '' ? figure(sample) : null)))
}

/**
 * How a target compares with another: the ratio within each round, then the median, so that a machine which slows down
 * between rounds does not count. Null when no round has both.
 */
export function typicalRatio(
  samples: readonly Sample[],
  base: readonly Sample[],
  figure: (sample: Sample) => number | null,
): number | null {
  return median(
    samples.map((sample, round) => {
      const other = base[round]
      if (!other || sample.fault !== '' || other.fault !== '') return null
      const [over, under] = [figure(sample), figure(other)]
      return over === null || under === null || under === 0 ? null : over / under
    }),
  )
}
