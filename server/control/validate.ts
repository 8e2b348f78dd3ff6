import type { z } from 'zod'

import { ApiError } from './problem.ts'

/**
 * Checks what a client sent and returns it with its type.
 * @param where what it is, for the message: `query`, `body`
 * @throws ApiError invalid-request naming the first field that is wrong
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = [where, ...(issue?.path ?? [])].join('.')
  throw new ApiError('invalid-request', `${field}: ${issue?.message ?? 'not valid'}`)
}
