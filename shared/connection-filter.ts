import type { ConnectionInfo } from './connection.ts'

/** What `name:value` looks at. */
const fields: Readonly<Record<string, (connection: ConnectionInfo) => string>> = {
  id: (c) => c.id,
  service: (c) => c.service,
  peer: (c) => c.peer,
  origin: (c) => c.origin ?? 'none',
  state: (c) => c.state,
  view: (c) => c.view,
  codec: (c) => c.codec,
  cause: (c) => c.ending?.code ?? '',
}

/** What a plain word looks at. */
function everything(c: ConnectionInfo): string {
  return `${c.id} ${c.service} ${c.target} ${c.peer} ${c.origin ?? ''} ${c.state} ${c.ending?.code ?? ''} ${c.ending?.detail ?? ''}`
}

/**
 * Compiles a filter text: words apart by blanks, all of which must be found, letter case ignored. `service:pong` looks
 * at one field (id, service, peer, origin, state, view, codec, cause), any other word at all of them. The API and the
 * page use the same.
 */
export function connectionFilter(text: string): (connection: ConnectionInfo) => boolean {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(term)
  return (connection) => terms.every((matches) => matches(connection))
}

function term(word: string): (connection: ConnectionInfo) => boolean {
  const colon = word.indexOf(':')
  const name = word.slice(0, Math.max(colon, 0))
  const read = Object.hasOwn(fields, name) ? fields[name]! : everything
  const wanted = read === everything ? word : word.slice(colon + 1)
  return (connection) => read(connection).toLowerCase().includes(wanted)
}
