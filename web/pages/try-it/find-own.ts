import type { ConnectionInfo } from '../../../shared/connection.ts'

/** What a page knows of the connection that it has opened. */
export interface Opened {
  /** Ids that were open already when it began to connect. */
  readonly before: ReadonlySet<string>
  /** As asked for; redirects may have led elsewhere. */
  readonly service: string
  readonly view: string
  /** The page's own. */
  readonly origin: string
}

/** Messages so far, by the page's own count. */
export interface Counts {
  readonly sent: number
  readonly received: number
}

/**
 * The connection among the open ones that must be this page's own, as a browser is told no id: it was not there before,
 * comes from this page's origin and speaks its view. Of several, which two tabs make that connect at once, the one to
 * the service asked for, and then the one that has carried as many messages. Null while that leaves none or several.
 * @param open newest first
 */
export function findOwn(
  open: readonly ConnectionInfo[],
  own: Opened,
  { sent, received }: Counts,
): ConnectionInfo | null {
  const fresh = open.filter(
    ({ id, origin, view, state }) =>
      state === 'open' && !own.before.has(id) && origin === own.origin && view === own.view,
  )
  const direct = fresh.filter(({ service }) => service === own.service)
  const candidates = direct.length > 0 ? direct : fresh
  if (candidates.length < 2) return candidates[0] ?? null
  const alike = candidates.filter(({ up, down }) => up.messages === sent && down.messages === received)
  return alike.length === 1 ? alike[0]! : null
}
