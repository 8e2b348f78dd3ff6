import type { UseQueryResult } from '@tanstack/react-query'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import type { ConnectionDetail } from '../../../shared/dashboard.ts'
import { ApiFailure } from '../../api/client.ts'
import { useGet } from '../../data/use-get.ts'
import { useLive, useLiveStore } from '../../live/use-live.ts'

/** The timeline grows slowly. */
const PERIOD_MS = 5000

interface Found {
  /** From the live feed where it is there, else from the API; undefined while nobody knows. */
  readonly info: ConnectionInfo | undefined
  /** With the timeline. */
  readonly detail: UseQueryResult<ConnectionDetail>
  readonly gone: boolean
}

export function useConnection(id: string): Found {
  useLive() // renders again when anything changes
  const live = useLiveStore().find(id)?.info
  const over = live !== undefined && live.state !== 'open' && live.state !== 'closing'
  // The key of the answer holds the state, so that what was open is asked for again when it ends.
  const path = `/connections/${encodeURIComponent(id)}`
  const detail = useGet<ConnectionDetail>(path, over ? {} : { everyMs: PERIOD_MS })
  const gone = live === undefined && detail.error instanceof ApiFailure && detail.error.problem.status === 404
  return { info: live ?? detail.data, detail, gone }
}

/** Ids beside it in the list that it is in, newest first; null at the ends. */
export function useNeighbours(id: string): { readonly newer: string | null; readonly older: string | null } {
  const { open, closed, refused } = useLive()
  for (const rows of [open, closed, refused]) {
    const at = rows.findIndex(({ info }) => info.id === id)
    if (at !== -1) return { newer: rows[at - 1]?.info.id ?? null, older: rows[at + 1]?.info.id ?? null }
  }
  return { newer: null, older: null }
}
