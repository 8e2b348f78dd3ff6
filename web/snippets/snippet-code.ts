/** Ways to connect to a service that we have lines for. */
export const snippetKinds = ['browser', 'node', 'websocketc', 'curl'] as const
export type SnippetKind = (typeof snippetKinds)[number]

/** Stands where a token is to be put. */
export const TOKEN_PLACE = 'YOUR-TOKEN'

interface SnippetOptions {
  /** Address of the service, as `serviceUrl` writes it: fit for quotes and for a shell. */
  readonly url: string
  /** Signs in with a token, a placeholder here. */
  readonly token: boolean
}

/** Any 16 bytes do (RFC 6455, 4.1); those of the standard's example make the answer easy to recognise. */
const HANDSHAKE_KEY = 'dGhlIHNhbXBsZSBub25jZQ=='

const writers: Readonly<Record<SnippetKind, (options: SnippetOptions) => string>> = {
  browser: ({ url, token }) => {
    // A browser fails when none of the sub-protocols that it offered is chosen, and the bearer never is (CONTRACT 4).
    const protocols = token ? `, ['sockgate.payload', 'sockgate.bearer.${TOKEN_PLACE}']` : ''
    return [
      `const socket = new WebSocket('${url}?text=1'${protocols})`,
      `socket.onopen = () => socket.send('hello')`,
      `socket.onmessage = (event) => console.log(event.data)`,
      `socket.onclose = (event) => console.log('closed', event.code, event.reason)`,
    ].join('\n')
  },
  node: ({ url, token }) =>
    [
      `import { connect } from 'sockgate/client'`,
      '',
      `const service = await connect('${url}', { text: true${token ? `, token: '${TOKEN_PLACE}'` : ''} })`,
      `await service.send('hello')`,
      `for await (const message of service) console.log(message)`,
    ].join('\n'),
  websocketc: ({ url, token }) => `${token ? `WEBSOCKETC_TOKEN=${TOKEN_PLACE} ` : ''}websocketc ${url}`,
  curl: ({ url, token }) =>
    [
      'curl --include --no-buffer --http1.1 --max-time 5',
      ...(token ? [`-H 'Authorization: Bearer ${TOKEN_PLACE}'`] : []),
      `-H 'Connection: Upgrade' -H 'Upgrade: websocket'`,
      `-H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: ${HANDSHAKE_KEY}'`,
      url.replace(/^ws/, 'http'),
    ].join(' \\\n  '),
}

/** Lines that reach a service, to be pasted as they are. */
export function snippetCode(kind: SnippetKind, options: SnippetOptions): string {
  return writers[kind](options)
}
