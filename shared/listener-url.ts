/**
 * The URL by which a page can reach a WebSocket listener, or null when it can't (a Unix socket, another protocol).
 * A listener on all addresses is reached by the name that the page itself was reached by; an IPv6 loopback listener by
 * `localhost`, as a Content-Security-Policy has no way to name an IPv6 address. The page dials it and the policy
 * allows it, so both ask here.
 * @param listener as in `StatusInfo.listeners`, e.g. `ws://0.0.0.0:8080`
 * @param pageHost name or address the page was asked from, without port, e.g. `localhost` or `[::1]`
 */
export function listenerUrl(listener: string, pageHost: string): string | null {
  const match = /^(wss?):\/\/(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9._-]+):(\d{1,5})\/?$/.exec(listener)
  if (match === null) return null
  const [, scheme, host, port] = match
  const reached = host === '0.0.0.0' || host === '[::]' ? pageHost : host!
  return `${scheme}://${reached.startsWith('[') ? 'localhost' : reached}:${port}`
}
