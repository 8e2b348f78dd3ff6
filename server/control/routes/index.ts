import type { Route } from '../route.ts'
import { audit } from './audit.ts'
import { capabilities } from './capabilities.ts'
import { closeConnection } from './close-connection.ts'
import { closeConnections } from './close-connections.ts'
import { connectionMessages } from './connection-messages.ts'
import { connection } from './connection.ts'
import { connections } from './connections.ts'
import { events } from './events.ts'
import { explain } from './explain.ts'
import { nodes } from './nodes.ts'
import { policyCommit } from './policy-commit.ts'
import { policyEntries } from './policy-entries.ts'
import { policyFile } from './policy-file.ts'
import { policyState } from './policy-state.ts'
import { policyVersions } from './policy-versions.ts'
import { policy } from './policy.ts'
import { service } from './service.ts'
import { services } from './services.ts'
import { session } from './session.ts'
import { sessions } from './sessions.ts'
import { setup } from './setup.ts'
import { status } from './status.ts'
import { tokens } from './tokens.ts'
import { users } from './users.ts'

/** Catalog of the admin API: one file, one line. */
export const routes: readonly Route[] = [
  audit,
  capabilities,
  closeConnection,
  closeConnections,
  connection,
  connectionMessages,
  connections,
  events,
  explain,
  nodes,
  policy,
  policyCommit,
  policyEntries,
  policyFile,
  policyState,
  policyVersions,
  service,
  services,
  session,
  sessions,
  setup,
  status,
  tokens,
  users,
]
