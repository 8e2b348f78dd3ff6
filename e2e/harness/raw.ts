import { once } from 'node:events'
import { createConnection } from 'node:net'

/** A request to the letter, such as no URL parser or HTTP library would send it. */
export interface RawRequest {
  readonly path?: string
  readonly method?: string
  /** All of them, in order and as often as they stand here; only what makes the connection end is added. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

export interface RawAnswer {
  readonly status: number
  /** By name in lower case; of several the last. */
  readonly headers: ReadonlyMap<string, string>
  /** Empty for a switch of protocols, after which we hang up. */
  readonly body: string
}

/** What a browser sends to open a WebSocket, besides Host and Origin. */
export const UPGRADE = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
] as const

/** What a signed-in browser sends along. */
export const cookieHeader = (session: string) => ['Cookie', `__Host-sockgate=${session}`] as const

/** What it sends as Host, and is to be its Origin's. */
export const hostOf = ({ dashboard }: { readonly dashboard: string }): string => new URL(dashboard).host

/** Sends it to the host and port of `url`. @throws Error when what comes back is no HTTP */
export async function raw(
  url: string,
  { path = '/', method = 'GET', headers = [], body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const socket = createConnection(Number(port), hostname)
  const upgrade = headers.some(([name]) => name === 'Upgrade')
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(upgrade ? [] : ['Connection: close']),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ]
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    if (text.startsWith('HTTP/1.1 101') && text.includes('\r\n\r\n')) socket.destroy()
  })
  socket.on('error', () => {}) // 'close' follows
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`, 'latin1')
  await once(socket, 'close')
  const [, status, head, rest] = /^HTTP\/1\.1 (\d{3})[^\r]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(text) ?? []
  if (status === undefined) throw new Error(`no HTTP: ${text.slice(0, 100)}`)
  const fields = head!.split('\r\n').map((line) => line.split(/: ?/, 2) as [string, string])
  const names = new Map(fields.map(([name, value]) => [name.toLowerCase(), value]))
  return { status: Number(status), headers: names, body: Number(status) === 101 ? '' : rest! }
}
