/** Durations and sizes as people write them, and numbers as people read them. Used by options, terminal and page. */

/** Text that is no duration or size; the message is a sentence that says what to write instead. */
export class UnitError extends Error {
  override readonly name = 'UnitError'
}

interface Unit {
  readonly name: string
  readonly factor: number
}

// Both from large to small: the formatters take the first that fits.
const TIMES: readonly Unit[] = [
  { name: 'h', factor: 3_600_000 },
  { name: 'm', factor: 60_000 },
  { name: 's', factor: 1000 },
  { name: 'ms', factor: 1 },
]
const SIZES: readonly Unit[] = [
  { name: 'GiB', factor: 1024 ** 3 },
  { name: 'MiB', factor: 1024 ** 2 },
  { name: 'KiB', factor: 1024 },
  { name: 'B', factor: 1 },
]

/**
 * `250ms`, `25s`, `5m`, `1h` to milliseconds; `0` and `off` to 0. Whole numbers only, so that there is one way to write each.
 * @throws UnitError
 */
export function parseDuration(text: string): number {
  if (text === '0' || text === 'off') return 0
  return parseQuantity(text, 'duration', 'such as 250ms, 25s, 5m, 1h or off', TIMES)
}

/**
 * `16MiB`, `64KiB`, `100B` or a plain number of bytes to bytes. Powers of 1024 only: `MB` is refused, not guessed at.
 * @throws UnitError
 */
export function parseSize(text: string): number {
  return parseQuantity(/^\d+$/.test(text) ? `${text}B` : text, 'size', 'such as 64KiB, 16MiB or 65536', SIZES)
}

/**
 * A whole number of at least 0, digits only (`1_000` and `1e3` are refused).
 * @throws UnitError
 */
export function parseCount(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text)) throw new UnitError(`${quote(text)} is not a whole number`)
  if (!Number.isSafeInteger(value)) throw new UnitError(`${quote(text)} is too large`)
  return value
}

function parseQuantity(text: string, what: string, example: string, units: readonly Unit[]): number {
  const [, digits, name] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? []
  if (digits === undefined || name === undefined) {
    throw new UnitError(`${quote(text)} is not a ${what}: write a whole number and a unit, ${example}`)
  }
  const names = units.map((unit) => unit.name).toReversed()
  if (name === '') throw new UnitError(`${quote(text)} has no unit: write ${oneOf(names.map((unit) => digits + unit))}`)
  const unit = units.find((candidate) => candidate.name === name)
  if (unit === undefined) throw new UnitError(`${quote(text)} has an unknown unit: the units are ${names.join(', ')}`)
  const value = Number(digits) * unit.factor
  if (!Number.isSafeInteger(value)) throw new UnitError(`${quote(text)} is too large`)
  return value
}

const quote = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

const oneOf = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Exact, in the largest unit that loses nothing: 90000 is `90s`, 0 is `off`. `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  return ms === 0 ? 'off' : formatExact(ms, TIMES)
}

/** The same for sentences: `50 s`, `400 ms`, `5 min`. */
export function spellDuration(ms: number): string {
  return formatDuration(ms)
    .replace(/(\d)(\D)/, '$1 $2')
    .replace(/ m$/, ' min')
}

/** Exact, in the largest unit that loses nothing: 65536 is `64KiB`. `parseSize` reads it back. */
export function formatSize(bytes: number): string {
  return bytes === 0 ? '0' : formatExact(bytes, SIZES)
}

function formatExact(value: number, units: readonly Unit[]): string {
  const unit = units.find((candidate) => value % candidate.factor === 0)
  return unit === undefined ? String(value) : `${value / unit.factor}${unit.name}`
}

/** Time gone by, for people: `0s`, `42s`, `3m 12s`, `2h 05m`, `3d 04h`. Rounded down; less than nothing is `0s`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`
  return `${Math.floor(seconds / 86_400)}d ${two(Math.floor(seconds / 3600) % 24)}h`
}

/** A short time measured, for people: `0.4 ms`, `12 ms`, `1.2 s`, `75 s`. */
export function formatLatency(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}

/** Bytes for people, at most four digits: `0 B`, `512 B`, `1.2 KiB`, `16 MiB`, `1.0 GiB`, `3.4 TiB`. */
export function formatBytes(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes
  let step = 0
  while (step < names.length - 1 && (step === 0 ? value >= 1024 : value >= 1023.5)) {
    value /= 1024
    step++
  }
  const digits = step === 0 || value >= 9.95 ? Math.round(value).toString() : value.toFixed(1)
  return `${digits} ${names[step]}`
}

/** A count for people, in groups of three: `12 345`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ')
}

const two = (value: number) => String(value).padStart(2, '0')
