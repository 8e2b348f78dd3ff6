import type { ConnectionInfo } from '../shared/connection.ts'

/** The same fields on every line about a connection; never payloads, headers or tokens. */
export function logFields({
  id,
  service,
  target,
  listener,
  peer,
  origin,
  codec,
  view,
  state,
  openedAt,
  up,
  down,
  ending,
}: ConnectionInfo) {
  const facts = { id, service, peer, listener, target, codec, view, ...(origin !== null && { origin }) }
  if (!ending) return facts
  const { code: cause, close, detail, at } = ending
  // A refusal is told by HTTP status, or to browsers by close code.
  if (state === 'refused') return { ...facts, cause, ...(close < 1000 ? { status: close } : { close }), detail }
  return { ...facts, cause, close, detail, up, down, ms: at - openedAt }
}
