/** An instant as a field of the browser shows it, `2026-12-31T18:00`, in UTC or the viewer's zone; '' for none. */
export function toField(instant: string, utc: boolean): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return ''
  const shown = utc ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shown.toISOString().slice(0, 16)
}

/** `toField` the other way round; what is no time stays as it is. */
export function fromField(field: string, utc: boolean): string {
  const at = new Date(utc ? `${field}Z` : field)
  return Number.isNaN(at.getTime()) ? field : written(at.getTime())
}

/** As a line of the text form says it, to the second. @param at milliseconds since 1970 */
export function written(at: number): string {
  return new Date(Math.round(at / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}
