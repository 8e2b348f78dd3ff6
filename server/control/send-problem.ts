import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

import type { FastifyReply, FastifyRequest } from 'fastify'

import type { ProblemBody } from '../../shared/api.ts'
import { formatSize } from '../../shared/units.ts'
import { AccountError } from '../accounts/desk.ts'
import { VersionConflict } from '../store/store.ts'
import type { ControlDeps } from './deps.ts'
import { ApiError, currentOf, problemOf } from './problem.ts'

export function sendProblem(reply: FastifyReply, problem: ProblemBody): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    .send(JSON.stringify(problem))
}

/** Answers a request whose handling threw. What is our fault is logged. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { policy, log }: Pick<ControlDeps, 'policy' | 'log'>,
): FastifyReply {
  const problem = problemOf(tooLarge(error, request), request.id)
  if (problem.status >= 500) log.error({ err: error, requestId: request.id }, 'admin request failed')
  if (error instanceof AccountError && error.retryAfterS !== null) reply.header('retry-after', error.retryAfterS)
  if (error instanceof VersionConflict) return sendProblem(reply, { ...problem, ...currentOf(policy.current()) })
  return sendProblem(reply, problem)
}

/** Fastify's own error does not say how much would have been taken. */
function tooLarge(error: unknown, { routeOptions }: FastifyRequest): unknown {
  if ((error as { code?: string }).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return error
  return new ApiError('body-too-large', `the body may have at most ${formatSize(routeOptions.bodyLimit)}`)
}

const parserErrors: Readonly<Record<string, ApiError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError('too-slow', 'the request did not arrive in time'),
  HPE_HEADER_OVERFLOW: new ApiError('header-too-large', 'the request headers may have at most 16 KiB'),
}

/** Answers what is not even HTTP; there is no request object yet. */
export function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const known = parserErrors[error.code ?? ''] ?? new ApiError('invalid-request', 'this is not an HTTP/1.1 request')
  const problem = problemOf(known, randomBytes(6).toString('hex'))
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  socket.destroySoon()
}
