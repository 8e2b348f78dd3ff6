import type { ProblemBody } from '../../shared/api.ts'

/** The API said no; `problem.detail` is a sentence to show. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly problem: ProblemBody
  /** Seconds until it makes sense to ask again, when the gateway said so. */
  readonly retryAfterS: number | null

  constructor(problem: ProblemBody, retryAfterS: number | null = null) {
    super(problem.detail)
    this.problem = problem
    this.retryAfterS = retryAfterS
  }
}

/** How long an answer may take, in ms. */
const TIMEOUT_MS = 10_000

/** Of a 401: the gateway does not know who asks. Not among them: `wrong-credentials`, the answer to a sign-in. */
const UNKNOWN: readonly string[] = ['unauthenticated', 'setup-needed']

const listeners = new Set<() => void>()

/** Calls back whenever an answer says that nobody is signed in (any more). @returns stops that */
export function onUnauthenticated(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Asks the admin API for JSON, e.g. `getJson<StatusInfo>('/status')`.
 * @throws ApiFailure when it answers with an error; TypeError or DOMException when nothing answers in time
 */
export async function getJson<T>(path: string): Promise<T> {
  const response = await request(path, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  return (await response.json()) as T
}

/** Sends JSON, or nothing, and leaves the answer to the caller. @throws like `getJson` */
export function send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Response> {
  const init = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return request(path, { method, signal: AbortSignal.timeout(TIMEOUT_MS), ...init })
}

/** Any request to the API. @throws ApiFailure when the answer is an error */
export async function request(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`/api/v1${path}`, { cache: 'no-store', ...init })
  if (response.ok) return response
  const problem = await problemOf(response)
  if (problem.status === 401 && UNKNOWN.includes(problem.code)) for (const listener of listeners) listener()
  throw new ApiFailure(problem, retryAfter(response))
}

/** A proxy in between may answer with something else than a problem body. */
async function problemOf(response: Response): Promise<ProblemBody> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
    return (await response.json()) as ProblemBody
  }
  const title = response.statusText || `HTTP status ${response.status}`
  return { type: 'about:blank', title, status: response.status, detail: title, code: 'unknown', requestId: '' }
}

/** Seconds; a date, which the header may hold as well, our gateway does not send. */
function retryAfter(response: Response): number | null {
  const header = response.headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(header) ? Number(header) : null
}
