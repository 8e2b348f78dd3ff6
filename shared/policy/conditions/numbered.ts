/** For `prefixed`: a user or group number of the system. */
export function numberProblem(value: string): string | null {
  return /^(0|[1-9]\d{0,9})$/.test(value) && Number(value) < 2 ** 32
    ? null
    : `${JSON.stringify(value)} is no number of a user or group`
}
