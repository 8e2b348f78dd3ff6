/** What both entry points of `sockgate/client` offer besides `connect`. */
export { explainClose } from './closing.ts'
export type { CloseInfo, Connection } from './connection.ts'
export { ConnectionError, LostError, RefusedError } from './errors.ts'
export type { Problem } from './errors.ts'
export type { ConnectOptions, Reconnect, State } from './options.ts'
export type { Incoming, Outgoing, Received, Sendable, ViewName } from './views.ts'
