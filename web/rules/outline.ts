import type { Entry } from './entry.ts'

/**
 * A list with its captions as things of their own: an entry may be moved away from below a caption, or above it,
 * and the caption stays where it is.
 */
type Node = { readonly caption: string; readonly entry?: never } | { readonly entry: Entry; readonly caption?: never }

/** What a move makes. */
export interface Moved {
  readonly list: readonly Entry[]
  /** Captions of sections that are empty now, and so are gone: nothing in a document could hold them. */
  readonly lost: readonly string[]
}

/** Names a row that can be moved to: an entry by its id, a section by that of its first entry. */
export type RowKey = string

export const sectionKey = (id: string): RowKey => `s:${id}`
export const isSection = (key: RowKey): boolean => key.startsWith('s:')
/** Id of the entry, or of the first one of the section. */
export const idOf = (key: RowKey): string => (isSection(key) ? key.slice(2) : key)

function outlineOf(list: readonly Entry[]): Node[] {
  return list.flatMap((entry): Node[] =>
    entry.caption === undefined ? [{ entry }] : [{ caption: entry.caption }, { entry }],
  )
}

/** Entries that keep their caption stay the same objects. */
function listOf(outline: readonly Node[]): Moved {
  const list: Entry[] = []
  const lost: string[] = []
  let pending: string | undefined
  for (const { caption, entry } of outline) {
    if (entry === undefined) {
      if (pending !== undefined) lost.push(pending)
      pending = caption
    } else {
      list.push(captioned(entry, pending))
      pending = undefined
    }
  }
  if (pending !== undefined) lost.push(pending)
  return { list, lost }
}

function captioned(entry: Entry, caption: string | undefined): Entry {
  if (entry.caption === caption) return entry
  const { caption: _, ...rest } = entry
  return caption === undefined ? rest : { ...rest, caption }
}

function placeOf(outline: readonly Node[], key: RowKey): number {
  const at = outline.findIndex(({ entry }) => entry?.id === idOf(key))
  return isSection(key) && at >= 0 ? at - 1 : at
}

function shift(list: readonly Entry[], id: string, target: (outline: readonly Node[]) => number): Moved {
  const outline = outlineOf(list)
  const from = placeOf(outline, id)
  if (from < 0) return { list, lost: [] }
  const to = target(outline)
  if (to < 0 || to === from || to === from + 1) return { list, lost: [] }
  const [node] = outline.slice(from, from + 1)
  return listOf(outline.toSpliced(from, 1).toSpliced(to > from ? to - 1 : to, 0, node!))
}

/** Puts an entry in front of a row; in front of a section means at the end of the one before it. */
export function moveBefore(list: readonly Entry[], id: string, key: RowKey): Moved {
  return shift(list, id, (outline) => placeOf(outline, key))
}

/** Puts an entry behind a row; behind the head of a section means first in it. */
export function moveAfter(list: readonly Entry[], id: string, key: RowKey): Moved {
  return shift(list, id, (outline) => {
    const at = placeOf(outline, key)
    return at < 0 ? -1 : at + 1
  })
}

/** One row up or down among the rows in sight. */
export function moveBy(list: readonly Entry[], id: string, step: -1 | 1, keys: readonly RowKey[]): Moved {
  const next = keys[keys.indexOf(id) + step]
  if (next === undefined || !keys.includes(id)) return { list, lost: [] }
  return step < 0 ? moveBefore(list, id, next) : moveAfter(list, id, next)
}

/** Where an entry goes that is dropped on a row, as the rows give way to it. */
export function moveOnto(list: readonly Entry[], id: string, over: RowKey, keys: readonly RowKey[]): Moved {
  return keys.indexOf(over) < keys.indexOf(id) ? moveBefore(list, id, over) : moveAfter(list, id, over)
}

/** @param position from 1; what is too large is the end */
export function moveToPosition(list: readonly Entry[], id: string, position: number): Moved {
  const others = list.filter((entry) => entry.id !== id)
  const next = others[Math.max(0, Math.round(position) - 1)]
  const last = others.at(-1)
  if (last === undefined) return { list, lost: [] }
  return next === undefined ? moveAfter(list, id, last.id) : moveBefore(list, id, next.id)
}

/** Last in a section. @param key of a section, or null for the entries above the first one */
export function moveToSection(list: readonly Entry[], id: string, key: RowKey | null): Moved {
  const section = sectionsOf(list).find((each) => each.key === key)
  if (section === undefined) {
    const first = list[0]
    return first === undefined || key !== null ? { list, lost: [] } : moveBefore(list, id, sectionKey(first.id))
  }
  const last = section.ids.filter((each) => each !== id).at(-1)
  return last === undefined ? { list, lost: [] } : moveAfter(list, id, last)
}

export interface Section {
  /** Null: the entries above the first caption. */
  readonly key: RowKey | null
  readonly caption: string | null
  readonly ids: readonly string[]
}

/** In order; one without entries there is none. */
export function sectionsOf(list: readonly Entry[]): readonly Section[] {
  const sections: { key: RowKey | null; caption: string | null; ids: string[] }[] = []
  for (const { id, caption } of list) {
    if (caption !== undefined) sections.push({ key: sectionKey(id), caption, ids: [id] })
    else if (sections.length === 0) sections.push({ key: null, caption: null, ids: [id] })
    else sections.at(-1)!.ids.push(id)
  }
  return sections
}

/** Begins a section at an entry, or renames the one that begins there; null ends it: its entries join those above. */
export function setCaption(list: readonly Entry[], id: string, caption: string | null): readonly Entry[] {
  const at = list.findIndex((entry) => entry.id === id)
  const text = caption === null || caption.trim() === '' ? undefined : caption.trim()
  if (at < 0 || list[at]!.caption === text) return list
  return list.with(at, captioned(list[at]!, text))
}

/** Without the entry; its section keeps its caption as long as there is anything in it. */
export function removeFrom(list: readonly Entry[], id: string): Moved {
  const outline = outlineOf(list)
  const at = placeOf(outline, id)
  return at < 0 ? { list, lost: [] } : listOf(outline.toSpliced(at, 1))
}

/** A new entry without a caption, right behind another. */
export function insertAfter(list: readonly Entry[], entry: Entry, after: string): readonly Entry[] {
  const at = list.findIndex(({ id }) => id === after)
  return at < 0 ? list : list.toSpliced(at + 1, 0, captioned(entry, undefined))
}

/** An entry of an earlier list back to where it stood, as far as what stood around it is there. */
export function putBack(list: readonly Entry[], earlier: readonly Entry[], id: string): readonly Entry[] {
  const place = earlier.findIndex((entry) => entry.id === id)
  const entry = earlier[place]
  if (entry === undefined || list.some((other) => other.id === id)) return list
  const outline = outlineOf(list)
  const heir = entry.caption === undefined ? -1 : outline.findIndex(({ caption }) => caption === entry.caption)
  if (heir >= 0) return listOf(outline.toSpliced(heir + 1, 0, { entry })).list
  for (let at = place - 1; at >= 0; at--) {
    const before = placeOf(outline, earlier[at]!.id)
    if (before >= 0) return listOf(outline.toSpliced(before + 1, 0, ...outlineOf([entry]))).list
  }
  return listOf([...outlineOf([entry]), ...outline]).list
}
