import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

import { ApiError } from './problem.ts'

/** A version of the policy as an entity tag (RFC 9110, 8.8.3). */
export function etag(version: number): string {
  return `"${version}"`
}

const optionalTag = z.string().optional()

/** Headers of a change of the whole document. That it must be there is checked by `expectedVersion`. */
export const ifMatchNeeded = z.looseObject({
  'if-match': optionalTag.meta({
    description: 'Needed: the ETag of the version that was changed, or *',
    examples: ['"12"'],
  }),
})

/** Headers of an edit. */
export const ifMatchHonoured = z.looseObject({
  'if-match': optionalTag.meta({
    description: 'The ETag of the version that was seen; refused when it is not in force',
  }),
})

/**
 * The version that a change was made on, from `If-Match: "N"`; null when there is none, or `*`: whatever is in force.
 * @param needed whether the header must be there: a whole document overwrites what others did meanwhile
 * @throws ApiError precondition-required, or invalid-request when it is no tag of ours
 */
export function expectedVersion({ headers }: Pick<FastifyRequest, 'headers'>, needed: boolean): number | null {
  const header = headers['if-match']
  if (header === undefined) {
    if (!needed) return null
    throw new ApiError(
      'precondition-required',
      'send the ETag of the version that you have changed, as If-Match: "N", or If-Match: * to overwrite any',
    )
  }
  if (header.trim() === '*') return null
  const [, version] = /^\s*"(\d{1,15})"\s*$/.exec(header) ?? []
  if (version !== undefined) return Number(version)
  throw new ApiError('invalid-request', 'If-Match must be one ETag of the policy, such as "12", or *')
}

/** Whether the client has this version already (`If-None-Match`). */
export function hasVersion({ headers }: Pick<FastifyRequest, 'headers'>, version: number): boolean {
  const tags = headers['if-none-match']?.split(',') ?? []
  return tags.some((tag) => tag.trim().replace(/^W\//, '') === etag(version))
}
