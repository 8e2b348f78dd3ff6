/** Moments that are announced, in seconds before the end. */
const MOMENTS: readonly number[] = [10, 30, 60]

/**
 * Which of the moments has been reached: a screen reader hears something when this changes, not each second. Infinity
 * before the first; null when it is over.
 */
export function announcedAt(seconds: number): number | null {
  if (seconds <= 0) return null
  return MOMENTS.find((moment) => seconds <= moment) ?? Infinity
}

/** `0:42`, `12:05`, `1:00:00`. */
export function clockLeft(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
