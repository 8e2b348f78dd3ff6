const LOOPBACK = /^ws:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]):/

/**
 * What is risky about the addresses to listen on, as sentences. Plain `ws` for other machines is allowed, as there may be
 * a proxy that speaks TLS, but never without a word.
 */
export function listenWarnings(listen: readonly string[]): string[] {
  return listen
    .filter((uri) => uri.startsWith('ws://') && !LOOPBACK.test(uri))
    .map(
      (uri) =>
        `${uri} takes clients of other machines unencrypted, so that others can read their tokens and messages on the way: use wss:// with --tls-cert and --tls-key, or a proxy that speaks TLS`,
    )
}
