import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

import type { Credential } from '../accounts/desk.ts'

/** What a client's certificate says, once TLS has verified it. */
export interface ShownCertificate {
  readonly credential: Credential | null
  /** Names that it proves: those of the DNS, and the common name when it looks like one. Lower case. */
  readonly names: readonly string[]
  /** Why it proves nothing, in a sentence; null when it does, or when none was shown. */
  readonly fault: string | null
}

const none: ShownCertificate = { credential: null, names: [], fault: null }

/**
 * Reads the certificate that a client showed in the TLS handshake, if it did. One that does not verify is no certificate
 * but a fault, as the client believes to be somebody.
 */
export function readCertificate(socket: Socket): ShownCertificate {
  if (!(socket instanceof TLSSocket)) return none
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return none
  if (!socket.authorized) {
    const why = String(socket.authorizationError).toLowerCase().replaceAll('_', ' ')
    return { ...none, fault: `the client certificate can't be verified: ${why}` }
  }
  const { subject, subjectAltName } = certificate
  const attributes = subject.split('\n')
  const commonNames = attributes.flatMap((each) => (each.startsWith('CN=') ? [each.slice('CN='.length)] : []))
  const names = [...dnsNames(subjectAltName ?? ''), ...commonNames].map((name) => name.toLowerCase()).filter(isName)
  return {
    credential: { kind: 'certificate', value: attributes.join(',') },
    names: [...new Set(names)],
    fault: null,
  }
}

/** Node writes `DNS:a.example, URI:"quoted where it holds more than is usual"`: quoted ones are passed over. */
function dnsNames(altNames: string): string[] {
  const entries = altNames.matchAll(/([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy)
  return [...entries].flatMap(([, kind, value]) => (kind === 'DNS' ? [value!] : []))
}

const isName = (text: string): boolean => /^[a-z0-9*_-]+(\.[a-z0-9_-]+)*$/.test(text)
