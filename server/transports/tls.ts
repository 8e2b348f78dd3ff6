import { constants } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { SecureContextOptions } from 'node:tls'

/** What a listener shows, and whom it asks: read from files and found to fit together by whoever hands it over. */
export interface TlsIdentity {
  /** PEM: our certificate, and those between it and its root. */
  readonly cert: string
  /** PEM, without a passphrase. */
  readonly key: string
  /** PEM: who vouches for the certificates of clients; null when they are not asked for one. */
  readonly clientCa: string | null
}

/** Mozilla's intermediate suites (SECURITY T41), those left out that would need Diffie-Hellman parameters. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Longest time Node takes: handshakes are timed by `Handshakes`, whose time can be changed. */
const NEVER_MS = 2 ** 31 - 1

/**
 * A server for TLS 1.2 and 1.3. With `clientCa` clients are asked for a certificate, and come in without one or with one
 * that does not verify as well: `readCertificate` tells which.
 */
export function createTlsServer(
  options: ServerOptions,
  identity: TlsIdentity,
  handler: Parameters<typeof createServer>[1],
): Server {
  return createServer(
    {
      ...options,
      ...contextOf(identity),
      requestCert: identity.clientCa !== null,
      rejectUnauthorized: false, // it would hang up without a word
      handshakeTimeout: NEVER_MS,
    },
    handler,
  )
}

/**
 * Another certificate for those who come from now on; nobody who is there notices. Session tickets of before are void,
 * so a client that is not vouched for any more can't come back by one.
 */
export function changeIdentity(server: Server, identity: TlsIdentity): void {
  server.setSecureContext(contextOf(identity))
  // Not documented as changeable, but read for each connection; a test holds it.
  ;(server as { requestCert?: boolean }).requestCert = identity.clientCa !== null
}

/** For `createSecureContext`, by which one can find out beforehand whether OpenSSL takes it all. */
export function contextOf({ cert, key, clientCa }: TlsIdentity): SecureContextOptions {
  return {
    cert,
    key,
    ...(clientCa !== null && { ca: clientCa }),
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    ecdhCurve: 'X25519:prime256v1:secp384r1',
    honorCipherOrder: false, // all are good: the client knows which is fast for it
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}
