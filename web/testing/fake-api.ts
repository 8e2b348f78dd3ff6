import { vi } from 'vitest'

import type { SessionInfo } from '../../shared/api.ts'

/** What stands in for one request's answer: called anew each time. */
type Answer = (body: unknown) => Response | Promise<Response>

export const anna: SessionInfo = { user: 'anna', role: 'admin', by: 'session', expiresAt: null }

/** An error as the gateway sends it. */
export function problem(status: number, code: string, detail = 'no', headers: Record<string, string> = {}): Response {
  const body = { type: '', title: '', status, detail, code, requestId: 'r1' }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}

/** Answers the page's requests by method and path (`GET /session`); whatever is not named answers 404. */
export class FakeApi {
  readonly asked: { readonly request: string; readonly body: unknown }[] = []
  #answers: Record<string, Answer>

  constructor(answers: Record<string, Answer>) {
    this.#answers = answers
    vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
      const request = `${init.method ?? 'GET'} ${url.replace('/api/v1', '')}`
      const body: unknown = init.body === undefined ? undefined : JSON.parse(init.body as string)
      this.asked.push({ request, body })
      return (await this.#answers[request]?.(body)) ?? problem(404, 'not-found')
    })
  }

  answer(answers: Record<string, Answer>): void {
    this.#answers = { ...this.#answers, ...answers }
  }

  /** What was sent with a request, in order. */
  bodies(request: string): unknown[] {
    return this.asked.filter((each) => each.request === request).map(({ body }) => body)
  }
}
