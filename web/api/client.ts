import type { ProblemBody } from '../../shared/api.ts'

/** The API said no; `problem.detail` is a sentence to show. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly problem: ProblemBody

  constructor(problem: ProblemBody) {
    super(problem.detail)
    this.problem = problem
  }
}

/** How long an answer may take, in ms. */
const TIMEOUT_MS = 10_000

/**
 * Asks the admin API for JSON, e.g. `getJson<StatusInfo>('/status')`.
 * @throws ApiFailure when it answers with an error; TypeError or DOMException when nothing answers in time
 */
export async function getJson<T>(path: string): Promise<T> {
  const response = await request(path, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  return (await response.json()) as T
}

/** Any request to the API. @throws ApiFailure when the answer is an error */
export async function request(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`/api/v1${path}`, { cache: 'no-store', ...init })
  if (!response.ok) throw new ApiFailure(await problemOf(response))
  return response
}

/** A proxy in between may answer with something else than a problem body. */
async function problemOf(response: Response): Promise<ProblemBody> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
    return (await response.json()) as ProblemBody
  }
  const title = response.statusText || `HTTP status ${response.status}`
  return { type: 'about:blank', title, status: response.status, detail: title, code: 'unknown', requestId: '' }
}
