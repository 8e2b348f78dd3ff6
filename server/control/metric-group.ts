import type { Counter } from 'prom-client'

/** Some of the metrics, brought up to date only when somebody asks. */
export interface MetricGroup {
  refresh(): void
  close(): void
}

/** Makes a counter show a total that is counted elsewhere. */
export function setTotal(counter: Counter, total: number, labels: Readonly<Record<string, string>> = {}): void {
  counter.remove(labels)
  counter.inc(labels, total)
}
