import type { PolicyVersion, ProblemBody } from '../../shared/api.ts'
import { GateError } from '../../shared/causes.ts'
import type { PolicyProblem } from '../../shared/policy/document.ts'
import { PolicyError } from '../../shared/policy/document.ts'
import { AccountError } from '../accounts/desk.ts'
import { PolicyRefusal } from '../policy/desk.ts'
import { ProbeRefusal, ServiceRefusal } from '../services/desk.ts'
import { StoreError, VersionConflict } from '../store/store.ts'

/** What only the admin API can answer; everything else is in the one table of causes. Codes are API. */
export const apiCauses = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'setup-needed': { status: 401, title: 'There is no administrator yet' },
  'wrong-credentials': { status: 401, title: 'The name or the password is wrong' },
  forbidden: { status: 403, title: 'This is not yours to give' },
  'local-only': { status: 403, title: 'Only from the machine of the gateway' },
  'role-needed': { status: 403, title: 'Your role does not allow this' },
  'setup-wrong': { status: 403, title: 'The one-time token is wrong' },
  'no-closing': { status: 404, title: 'No such closing' },
  'no-connection': { status: 404, title: 'No such connection' },
  'no-entry': { status: 404, title: 'No such entry in the policy' },
  'no-request': { status: 404, title: 'No such request' },
  'no-version': { status: 404, title: 'No such version of the policy' },
  'not-found': { status: 404, title: 'Nothing is at this address' },
  unknown: { status: 404, title: 'No such account, token or session' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  exists: { status: 409, title: 'This name is taken' },
  'last-admin': { status: 409, title: 'The last administrator has to stay' },
  lockout: { status: 409, title: 'You would lock yourself out' },
  managed: { status: 409, title: 'The policy comes from a file' },
  'not-blockable': { status: 409, title: 'The client can not be told apart' },
  'not-open': { status: 409, title: 'The connection is not open' },
  'nothing-pending': { status: 409, title: 'No change waits for confirmation' },
  'service-fixed': { status: 409, title: 'The service is defined elsewhere' },
  pending: { status: 409, title: 'A change waits for confirmation' },
  'setup-over': { status: 410, title: 'There is an administrator already' },
  'version-conflict': { status: 412, title: 'Somebody else has changed the policy' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'media-type': { status: 415, title: 'The body must be JSON' },
  'invalid-account': { status: 422, title: 'The account is not valid' },
  'policy-invalid': { status: 422, title: 'The policy is not valid' },
  'too-many-blocks': { status: 422, title: 'Too many clients to block' },
  'too-many-preferences': { status: 422, title: 'Too many preferences' },
  'tests-failed': { status: 422, title: 'The policy fails its own tests' },
  'precondition-required': { status: 428, title: 'Say which version you have changed' },
  'too-many-jobs': { status: 429, title: 'Too many such jobs run already' },
  'slow-down': { status: 429, title: 'Too many tries' },
  'header-too-large': { status: 431, title: 'The request headers are too large' },
  'too-many-taps': { status: 503, title: 'Too many read messages' },
  'too-many-watchers': { status: 503, title: 'Too many programs watch the feed' },
  storage: { status: 507, title: 'Nothing can be saved' },
} as const satisfies Record<string, { status: number; title: string }>

export type ApiCode = keyof typeof apiCauses

/** An error of a request to the admin API; `message` is the sentence shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiCode
  /** Everything that is wrong with a request, with JSON pointers into the part that the message names. */
  readonly problems: readonly PolicyProblem[] | null

  constructor(code: ApiCode, detail?: string, problems: readonly PolicyProblem[] | null = null) {
    super(detail ?? apiCauses[code].title)
    this.code = code
    this.problems = problems
  }
}

/** Codes that Fastify throws with, by what they are to us. */
const frameworkCodes: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new ApiError('body-too-large'),
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
  const { code } = known
  const { status, title } = known instanceof GateError ? known : apiCauses[known.code]
  const detail = status === 500 ? 'something went wrong in the gateway; its log has the request id' : known.message
  const problems = known instanceof ApiError && known.problems !== null ? { problems: known.problems } : {}
  return { type: `urn:sockgate:problem:${code}`, title, status, detail, code, requestId, ...problems }
}

/** What a conflict tells besides: the version in force, without its document. */
export function currentOf({ version, at, author, comment, kind }: PolicyVersion): { readonly current: PolicyVersion } {
  return { current: { version, at, author, comment, kind } }
}

function recognise(error: unknown): ApiError | GateError {
  if (error instanceof ApiError || error instanceof GateError) return error
  const ours = translate(error)
  if (ours !== null) return ours
  const {
    code = '',
    statusCode = 500,
    message = '',
  } = (error ?? {}) as { code?: string; statusCode?: number; message?: string }
  if (Object.hasOwn(frameworkCodes, code)) return frameworkCodes[code]!
  // What is left below 500 is the JSON parser's own.
  if (statusCode >= 400 && statusCode < 500)
    return new ApiError('invalid-request', `the body can't be read: ${message}`)
  return GateError.from(error)
}

/** Refusals of the policy, the accounts, the services and the store; null for anything else. */
function translate(error: unknown): ApiError | GateError | null {
  if (error instanceof PolicyError) return new ApiError('policy-invalid', summary(error.problems), error.problems)
  if (error instanceof VersionConflict) return new ApiError('version-conflict', error.message)
  if (error instanceof PolicyRefusal) return new ApiError(error.code, error.message)
  if (error instanceof ServiceRefusal) return serviceProblem(error)
  if (error instanceof ProbeRefusal) return new ApiError('too-many-jobs', error.message)
  if (error instanceof StoreError) return new ApiError('storage', error.message)
  if (!(error instanceof AccountError)) return null
  return new ApiError(error.code === 'invalid' ? 'invalid-account' : error.code, error.message)
}

function serviceProblem({ code, message }: ServiceRefusal): ApiError | GateError {
  if (code === 'unknown') return new GateError('no-service', message)
  return new ApiError(code === 'fixed' ? 'service-fixed' : 'invalid-request', message)
}

function summary(problems: readonly PolicyProblem[]): string {
  const [first] = problems
  if (first === undefined) return apiCauses['policy-invalid'].title
  const at = first.line === undefined ? first.pointer : `line ${first.line}, column ${first.column ?? 1}`
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`
  return `${at === '' ? '' : `${at}: `}${first.message}${more}`
}
