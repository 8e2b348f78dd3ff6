import type { PolicyDocument } from '../../shared/policy/document.ts'
import { withEntries } from '../rules/entry.ts'
import type { Entry, ListName } from '../rules/entry.ts'

/** Where a new entry is put: a number is that of the one it shall stand in front of, from 1. */
export type Place = 'top' | 'end' | number

/** A step of the draft. */
export function addEntry(document: PolicyDocument, list: ListName, entry: Entry, place: Place): PolicyDocument {
  return withEntries(document, list, (entries) => entries.toSpliced(indexOf(place, entries.length), 0, entry))
}

/** A step of the draft; the same document when the entry has gone, or is the same. */
export function changeEntry(document: PolicyDocument, list: ListName, entry: Entry): PolicyDocument {
  return withEntries(document, list, (entries) => {
    const at = entries.findIndex(({ id }) => id === entry.id)
    return at < 0 ? entries : entries.with(at, entry)
  })
}

function indexOf(place: Place, length: number): number {
  if (place === 'top') return 0
  return place === 'end' ? length : Math.min(Math.max(Math.round(place) - 1, 0), length)
}
