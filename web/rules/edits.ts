import type { PolicyDocument } from '../../shared/policy/document.ts'
import { entriesOf, withEntries } from './entry.ts'
import type { Entry, ListName } from './entry.ts'
import { insertAfter, putBack, removeFrom, setCaption } from './outline.ts'

// Steps of the draft, as functions from one document to the next; the same document when there is nothing to do.

export function switchEntry(document: PolicyDocument, list: ListName, id: string): PolicyDocument {
  return withEntries(document, list, (entries) => {
    const at = entries.findIndex((entry) => entry.id === id)
    return at < 0 ? entries : entries.with(at, { ...entries[at]!, enabled: !entries[at]!.enabled })
  })
}

/** The copy stands right behind the original. */
export function cloneEntry(document: PolicyDocument, list: ListName, id: string, copy: string): PolicyDocument {
  return withEntries(document, list, (entries) => {
    const entry = entries.find((each) => each.id === id)
    return entry === undefined ? entries : insertAfter(entries, { ...entry, id: copy }, id)
  })
}

export function removeEntry(document: PolicyDocument, list: ListName, id: string): PolicyDocument {
  return withEntries(document, list, (entries) => removeFrom(entries, id).list)
}

/** Brings back an entry that the draft has removed. @param base what the draft was made on */
export function restoreEntry(
  document: PolicyDocument,
  base: PolicyDocument,
  list: ListName,
  id: string,
): PolicyDocument {
  return withEntries(document, list, (entries) => putBack(entries, entriesOf(base, list), id))
}

/** See `setCaption`. */
export function captionEntry(
  document: PolicyDocument,
  list: ListName,
  id: string,
  caption: string | null,
): PolicyDocument {
  return withEntries(document, list, (entries) => setCaption(entries, id, caption))
}

export function setDefault(
  document: PolicyDocument,
  direction: 'in' | 'out',
  verdict: 'allow' | 'deny',
): PolicyDocument {
  if (document.defaults[direction] === verdict) return document
  return { ...document, defaults: { ...document.defaults, [direction]: verdict } }
}

/** Number of an entry in the order of evaluation, from 1; 0 when it is not there. */
export function positionOf(entries: readonly Entry[], id: string): number {
  return entries.findIndex((entry) => entry.id === id) + 1
}
