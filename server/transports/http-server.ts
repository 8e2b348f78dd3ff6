import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { ListenOptions } from 'node:net'

import { createTlsServer, type TlsIdentity } from './tls.ts'

/** Most bytes that the head of a request may have. */
export const MAX_HEADER_BYTES = 16 * 1024

/** Connections that wait to be taken in: a crowd comes back at once after a restart. */
const BACKLOG = 4096

/** A server that gives each client so long for the head of its request. @param tls null for plain HTTP */
export function createHttpServer(
  handler: RequestListener,
  tls: TlsIdentity | null,
  headersTimeoutMs: number,
): Server | TlsServer {
  const options: ServerOptions = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headersTimeoutMs,
    requestTimeout: headersTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, Math.max(50, headersTimeoutMs / 4)),
  }
  return tls === null ? createServer(options, handler) : createTlsServer(options, tls, handler)
}

/** Changes the time of clients that are there and of those to come. */
export function retime(server: Server | TlsServer, headersTimeoutMs: number): void {
  server.headersTimeout = server.requestTimeout = headersTimeoutMs
}

/** @throws Error EADDRINUSE, EACCES and the like */
export function listen(server: Server | TlsServer, where: ListenOptions | { readonly fd: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ backlog: BACKLOG, ...where }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
