/** Something that the search can find. */
export interface Entry {
  /** Unique in the list. */
  readonly id: string
  readonly group: 'pages' | 'services' | 'rules' | 'connections' | 'commands'
  readonly label: string
  readonly hint?: string
  readonly run: () => void
}

/** Of each group so many are shown. */
const SHOWN = 6

export interface Found {
  readonly group: Entry['group']
  readonly entries: readonly Entry[]
  /** More than are shown. */
  readonly more: number
}

/**
 * Entries in which every word of `query` occurs, letter case ignored, in groups. Within one the best come first: those
 * whose label begins with the query, then those whose label holds it, then the rest.
 */
export function find(entries: readonly Entry[], query: string): readonly Found[] {
  const wanted = query.toLowerCase().trim()
  const words = wanted.split(/\s+/)
  const groups = new Map<Entry['group'], { entry: Entry; rank: number }[]>()
  for (const entry of entries) {
    const label = entry.label.toLowerCase()
    const all = `${label} ${entry.hint?.toLowerCase() ?? ''}`
    if (!words.every((word) => all.includes(word))) continue
    const rank = label.startsWith(wanted) ? 0 : label.includes(wanted) ? 1 : 2
    const group = groups.get(entry.group) ?? []
    group.push({ entry, rank })
    groups.set(entry.group, group)
  }
  return [...groups].map(([group, ranked]) => ({
    group,
    entries: ranked
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, SHOWN)
      .map(({ entry }) => entry),
    more: Math.max(0, ranked.length - SHOWN),
  }))
}
