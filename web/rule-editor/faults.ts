/** Something that is wrong with what was entered. */
export interface Fault {
  /** Name of the field: `service`, `peer`, `limits/perUser`; empty for the line as a whole. */
  readonly field: string
  /** Where it stands in the line, from 1; null when the form was filled in. */
  readonly column: number | null
  /** A sentence without its dot. */
  readonly message: string
}

/** Whether a field is empty that must not be: no fault to be told before somebody wants to go on. */
export function isMissing({ field, column }: Fault, value: object): boolean {
  return column === null && (value as Readonly<Record<string, unknown>>)[field] === ''
}
