import type { ProblemBody } from '../../shared/api.ts'
import { GateError } from '../../shared/causes.ts'

/** What only the admin API can answer; everything else is in the one table of causes. Codes are API. */
const apiCauses = {
  'not-found': { status: 404, title: 'Nothing is at this address' },
  'no-connection': { status: 404, title: 'No such connection' },
  'not-open': { status: 409, title: 'The connection is not open' },
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'media-type': { status: 415, title: 'The body must be JSON' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'header-too-large': { status: 431, title: 'The request headers are too large' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  'too-many-watchers': { status: 503, title: 'Too many programs watch the feed' },
} as const satisfies Record<string, { status: number; title: string }>

type ApiCode = keyof typeof apiCauses

/** An error of a request to the admin API; `message` is the sentence shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiCode

  constructor(code: ApiCode, detail?: string) {
    super(detail ?? apiCauses[code].title)
    this.code = code
  }
}

/** Codes that Fastify throws with, by what they are to us. */
const frameworkCodes: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new ApiError('body-too-large', 'the body may have at most 64 KiB'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new ApiError('media-type', 'send the body as content-type: application/json'),
  FST_ERR_CTP_EMPTY_JSON_BODY: new ApiError('invalid-request', 'the body is empty: send JSON, or no content-type'),
  FST_ERR_BAD_URL: new ApiError('invalid-request', 'the path has a broken percent escape'),
}

/**
 * The body for anything thrown while a request was handled. The particulars of an error that is our fault stay inside;
 * the caller logs it under the same request id.
 */
export function problemOf(error: unknown, requestId: string): ProblemBody {
  const known = recognise(error)
  const title = known instanceof GateError ? known.title : apiCauses[known.code].title
  const status = known instanceof GateError ? known.status : apiCauses[known.code].status
  const detail = status === 500 ? 'something went wrong in the gateway; its log has the request id' : known.message
  return { type: `urn:sockgate:problem:${known.code}`, title, status, detail, code: known.code, requestId }
}

function recognise(error: unknown): ApiError | GateError {
  if (error instanceof ApiError || error instanceof GateError) return error
  const {
    code = '',
    statusCode = 500,
    message = '',
  } = error as { code?: string; statusCode?: number; message?: string }
  if (Object.hasOwn(frameworkCodes, code)) return frameworkCodes[code]!
  // What is left below 500 is the JSON parser's own.
  if (statusCode >= 400 && statusCode < 500)
    return new ApiError('invalid-request', `the body can't be read: ${message}`)
  return GateError.from(error)
}
