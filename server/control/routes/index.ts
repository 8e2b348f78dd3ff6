import type { Route } from '../http.ts'
import { closeConnection } from './close-connection.ts'
import { connection } from './connection.ts'
import { connections } from './connections.ts'
import { events } from './events.ts'
import { services } from './services.ts'
import { status } from './status.ts'

/** Catalog of the admin API: one file, one line. */
export const routes: readonly Route[] = [closeConnection, connection, connections, events, services, status]
