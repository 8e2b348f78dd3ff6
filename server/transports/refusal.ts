import { Buffer } from 'node:buffer'
import { STATUS_CODES } from 'node:http'

import type { FastifyReply } from 'fastify'

import type { ProblemBody } from '../../shared/api.ts'
import { cut, REASON_MAX, type GateError } from '../../shared/causes.ts'

/** How a refusal is said to clients: in a close frame, or as a problem body (RFC 9457). */

/** A close reason: why, and the id to ask about, which is always whole. */
export function refusalReason(error: GateError, requestId: string): string {
  const id = `Request id ${requestId}`
  return `${cut(error.reason, REASON_MAX - id.length - 2)}. ${id}`
}

/** A problem body as a whole HTTP response, for sockets that no server answers on any more. */
export function refusal(error: GateError, requestId: string): string {
  const { code, title, status } = error
  const detail = code === 'internal' ? title : error.message
  const body = JSON.stringify(problem(status, code, title, detail, requestId))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    ...(error.retry ? ['Retry-After: 1'] : []),
    ...(code === 'unauthenticated' ? ['WWW-Authenticate: Bearer'] : []),
    '',
    body,
  ].join('\r\n')
}

export function problem(status: number, code: string, title: string, detail: string, requestId: string): ProblemBody {
  return { type: `urn:sockgate:problem:${code}`, title, status, detail, code, requestId }
}

/** Answers a plain request with a problem. */
export function sendProblem(reply: FastifyReply, body: ProblemBody): void {
  void reply.code(body.status).type('application/problem+json').send(JSON.stringify(body))
}
