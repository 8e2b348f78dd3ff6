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
import { overview } from './overview.ts'
import { policyCommit } from './policy-commit.ts'
import { policyDraft } from './policy-draft.ts'
import { policyEntries } from './policy-entries.ts'
import { policyFile } from './policy-file.ts'
import { policyMatches } from './policy-matches.ts'
import { policyState } from './policy-state.ts'
import { policyVersions } from './policy-versions.ts'
import { policy } from './policy.ts'
import { preferences } from './preferences.ts'
import { serviceCandidates } from './service-candidates.ts'
import { serviceOperations } from './service-operations.ts'
import { service } from './service.ts'
import { services } from './services.ts'
import { session } from './session.ts'
import { sessions } from './sessions.ts'
import { settings } from './settings.ts'
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
  overview,
  policy,
  policyCommit,
  policyDraft,
  policyEntries,
  policyFile,
  policyMatches,
  policyState,
  policyVersions,
  preferences,
  service,
  serviceCandidates,
  serviceOperations,
  services,
  session,
  sessions,
  settings,
  setup,
  status,
  tokens,
  users,
]
