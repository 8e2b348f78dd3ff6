import type { Term } from '../condition.ts'

/** When a rule ends: an instant as ISO 8601 with a zone. @throws RangeError with a sentence */
export function until(text: string): Term {
  const end = readInstant(text)
  return {
    kind: 'until',
    text,
    test: ({ now }) => now < end,
    covers: (other) => other.kind === 'until' && readInstant(other.text) <= end,
    sentence: `it is before ${text}`,
    seen: ({ now }) => `it is ${new Date(now).toISOString()}`,
  }
}

/** Milliseconds since 1970. @throws RangeError */
export function readInstant(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(at)) {
    throw new RangeError(
      `${JSON.stringify(text)} is no instant: write date, time and zone, such as 2026-12-31T18:00:00Z`,
    )
  }
  return at
}
