import type { Draft, DraftAnswer } from '../../shared/dashboard.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { ApiFailure, getJson, request } from '../api/client.ts'
import type { Version } from './draft-state.ts'
import { isReadable } from './settled.ts'

/** A request that outlives its page can carry this much; browsers allow 64 KiB. */
const LAST_BYTES_MAX = 60_000

/** Whether asking again can help: what the gateway refuses it refuses again; who is signed out may come back. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiFailure)) return true
  const { status, code } = error.problem
  // Whoever has locked themselves out is let in again when the old rules return.
  if (code === 'policy-denied') return true
  return status >= 500 || status === 401 || status === 408 || status === 429
}

/** What is in force. @throws like `request` */
export async function fetchCurrent(): Promise<Version> {
  const response = await request('/policy', { signal: AbortSignal.timeout(10_000) })
  const version = Number(/\d+/.exec(response.headers.get('etag') ?? '')?.[0] ?? 0)
  return { version, document: (await response.json()) as PolicyDocument }
}

/** The account's draft; null when there is none, or none that can be shown: the next one takes its place. */
export async function fetchDraft(): Promise<Draft | null> {
  const { draft } = await getJson<DraftAnswer>('/policy/draft')
  return draft !== null && isReadable(draft.document) ? draft : null
}

/**
 * The version that a draft was made on. One that is too old to be kept can't be told: its draft is shown against what is.
 * @param known what need not be asked for; the first is in force
 * @throws like `request`
 */
export async function fetchBase(version: number, known: readonly [Version, ...Version[]]): Promise<Version> {
  const found = known.find((each) => each.version === version)
  if (found !== undefined) return found
  try {
    const { document } = await getJson<Version>(`/policy/versions/${version}`)
    return { version, document }
  } catch (error) {
    if (error instanceof ApiFailure && error.problem.status === 404) return known[0]
    throw error
  }
}

/**
 * Keeps a draft on the gateway.
 * @param last the page may be gone before the answer comes
 * @throws like `request`
 */
export async function putDraft(draft: { readonly base: number; readonly document: PolicyDocument }, last: boolean) {
  const body = JSON.stringify(draft)
  const response = await request('/policy/draft', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body,
    keepalive: last && body.length < LAST_BYTES_MAX,
    signal: AbortSignal.timeout(10_000),
  })
  return (await response.json()) as DraftAnswer
}
