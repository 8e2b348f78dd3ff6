import { listenerUrl } from '../../shared/listener-url.ts'
import { parseAuthority } from '../transports/host.ts'

/** Sent with every answer. Nothing here may be framed, sniffed, embedded or told where it came from. */
const fixed: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/**
 * Security headers of one answer. The page may connect to us and to the WebSocket listeners, nowhere else.
 * @param host the Host header, which may be anything
 */
export function securityHeaders(host: string | undefined, listeners: readonly string[]): Record<string, string> {
  const pageHost = parseAuthority(host ?? '')?.name ?? 'localhost'
  const sockets = listeners.map((listener) => listenerUrl(listener, pageHost)).filter((url) => url !== null)
  return { ...fixed, 'content-security-policy': policy(["'self'", ...new Set(sockets)]) }
}

function policy(connect: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", // the component library writes style elements
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect.join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}
