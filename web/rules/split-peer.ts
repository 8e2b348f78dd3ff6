/** The terms of a rule's `peer`, by the column that shows them. */
export interface PeerParts {
  /** Users, groups, addresses, hosts, local users, listeners, protocols. Empty: anyone. */
  readonly who: readonly string[]
  /** Values of `origin:`: `https://app.example`, `none`. */
  readonly origins: readonly string[]
  /** Values of `time:`: `Mon-Fri/08:00-18:00/Europe/Berlin`. */
  readonly times: readonly string[]
}

/** Splits what is written, right or wrong; nothing gets lost but `*`, which says nothing. */
export function splitPeer(peer: string): PeerParts {
  const words = peer.split(/\s+/).filter((word) => word !== '' && word !== '*')
  const valuesOf = (prefix: string) =>
    words.filter((word) => word.startsWith(prefix)).map((word) => word.slice(prefix.length))
  return {
    who: words.filter((word) => !word.startsWith('origin:') && !word.startsWith('time:')),
    origins: valuesOf('origin:'),
    times: valuesOf('time:'),
  }
}

const WINDOW = /^(?:([A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?)\/)?(\d\d:\d\d-\d\d:\d\d)(?:\/(.+))?$/

/** A time window for people; null when it is not understood. The zone is UTC unless it says another. */
export function readWindow(
  time: string,
): { readonly days: string; readonly hours: string; readonly zone: string } | null {
  const [, days = '', hours, zone = 'UTC'] = WINDOW.exec(time) ?? []
  return hours === undefined ? null : { days: days.replace('-', '–'), hours: hours.replace('-', '–'), zone }
}

/** Conditions that stand for no more than what may be known of one client, for a form that invents one. */
export function factsOf(peer: string): string {
  return peer
    .split(/\s+/)
    .filter(
      (word) => word !== '' && !word.includes('*') && !/^[\da-fA-F:.]+\/\d+$/.test(word) && !word.startsWith('time:'),
    )
    .join(' ')
}
