import { z } from 'zod'

import { newRedirectBody, newRuleBody } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { PolicyError, redirectSchema, ruleSchema, testSchema } from '../../shared/policy/document.ts'
import { PolicyRefusal } from '../policy/desk.ts'
import { problemsOf } from './validate.ts'

/** A rule, redirect or test, as far as lists care. */
export type Entry = Readonly<Record<string, unknown>> & { readonly id?: string | undefined }

/** One list of the document and how its entries are written. */
export interface EntryList {
  readonly name: 'rules' | 'redirects' | 'tests'
  readonly noun: string
  /** A whole entry. */
  readonly schema: z.ZodObject
  /** An entry that is to be added, with `before` and `comment`. */
  readonly create: z.ZodObject
  /** Some fields of an entry, with `comment`. */
  readonly patch: z.ZodObject
  readonly example: Entry
}

/** What stands in a body besides the entry. */
const besides = newRuleBody.shape

export const entryLists: readonly EntryList[] = [
  {
    name: 'rules',
    noun: 'rule',
    schema: ruleSchema,
    create: newRuleBody,
    patch: patchOf(ruleSchema),
    example: { action: 'allow', direction: 'in', service: 'authd', peer: 'tls:example.com', note: 'the shop' },
  },
  {
    name: 'redirects',
    noun: 'redirect',
    schema: redirectSchema,
    create: newRedirectBody,
    patch: patchOf(redirectSchema),
    example: { from: 'authd', to: 'nextversion-authd', percent: 10 },
  },
  {
    name: 'tests',
    noun: 'test',
    schema: testSchema,
    create: testSchema.safeExtend({ before: besides.before, comment: besides.comment }),
    patch: patchOf(testSchema),
    example: { direction: 'in', service: 'authd', peer: 'user:anna', expect: 'allow' },
  },
]

/** Every field may be left out, so it stays as it is, or null, so it goes back to its default (RFC 7396). */
function patchOf(schema: z.ZodObject): z.ZodObject {
  const fields = Object.entries(schema.shape)
    .filter(([name]) => name !== 'id')
    .map(([name, field]) => [name, (field instanceof z.ZodDefault ? field.removeDefault() : field).nullish()])
  return z.strictObject({ ...(Object.fromEntries(fields) as z.ZodRawShape), comment: besides.comment })
}

/** The document with a new entry in front of another, at the end (null), or at the top (undefined). */
export function withNew(
  document: PolicyDocument,
  list: EntryList,
  entry: Entry,
  place: string | null | undefined,
): { readonly document: unknown; readonly at: number } {
  const entries: readonly Entry[] = document[list.name]
  const at = place === undefined ? 0 : placeOf(entries, list, place)
  return { document: { ...document, [list.name]: entries.toSpliced(at, 0, entry) }, at }
}

/**
 * The document with some fields of an entry changed.
 * @throws PolicyRefusal no-entry; PolicyError with pointers into the entry
 */
export function withPatch(document: PolicyDocument, list: EntryList, id: string, patch: Entry): unknown {
  const entries: readonly Entry[] = document[list.name]
  const at = indexOf(entries, list, id)
  const merged = Object.entries({ ...entries[at], ...patch }).filter(
    ([, value]) => value !== null && value !== undefined,
  )
  const result = list.schema.safeParse(Object.fromEntries(merged))
  if (!result.success) throw new PolicyError(problemsOf(result.error))
  return { ...document, [list.name]: entries.with(at, result.data) }
}

/** @throws PolicyRefusal no-entry */
export function without(document: PolicyDocument, list: EntryList, id: string): unknown {
  const entries: readonly Entry[] = document[list.name]
  return { ...document, [list.name]: entries.toSpliced(indexOf(entries, list, id), 1) }
}

/**
 * The document with an entry in front of another, or at the end (null).
 * @throws PolicyRefusal no-entry; PolicyError about `/before`
 */
export function withMoved(document: PolicyDocument, list: EntryList, id: string, place: string | null): unknown {
  const entries: readonly Entry[] = document[list.name]
  const at = indexOf(entries, list, id)
  if (place === id) return document
  const rest = entries.toSpliced(at, 1)
  return { ...document, [list.name]: rest.toSpliced(placeOf(rest, list, place), 0, entries[at]!) }
}

/** @throws PolicyRefusal no-entry */
export function entryOf(document: PolicyDocument, list: EntryList, id: string): Entry {
  const entries: readonly Entry[] = document[list.name]
  return entries[indexOf(entries, list, id)]!
}

function indexOf(entries: readonly Entry[], { noun }: EntryList, id: string): number {
  const at = entries.findIndex((entry) => entry.id === id)
  if (at >= 0) return at
  if (id.startsWith('fixed-')) {
    throw new PolicyRefusal('no-entry', `${id} comes from the command line or the configuration file: change it there`)
  }
  throw new PolicyRefusal('no-entry', `no ${noun} has the id ${JSON.stringify(id)}: it may have been removed`)
}

function placeOf(entries: readonly Entry[], { noun }: EntryList, before: string | null): number {
  if (before === null) return entries.length
  const at = entries.findIndex(({ id }) => id === before)
  if (at >= 0) return at
  throw new PolicyError([{ pointer: '/before', message: `no ${noun} has the id ${JSON.stringify(before)}` }])
}
