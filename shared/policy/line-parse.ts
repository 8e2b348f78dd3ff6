import type { z } from 'zod'

import {
  PolicyError,
  readDocument,
  REDIRECTS_MAX,
  redirectSchema,
  RULES_MAX,
  ruleSchema,
  TESTS_MAX,
  testSchema,
} from './document.ts'
import type { DocumentInput, PolicyDocument, PolicyProblem, RedirectInput, RuleInput, TestInput } from './document.ts'
import { readEntry } from './line-entry.ts'
import type { Draft, ListName } from './line-entry.ts'
import { splitLine, splitShellLine } from './words.ts'
import type { SplitLine, Word } from './words.ts'

/** One line, read. Defaults that a schema fills in are left out. */
export type ParsedLine =
  | { readonly list: 'rules'; readonly value: RuleInput }
  | { readonly list: 'redirects'; readonly value: RedirectInput }
  | { readonly list: 'tests'; readonly value: TestInput }
  | { readonly list: 'defaults'; readonly value: NonNullable<DocumentInput['defaults']> }

export interface Place {
  /** Both from 1; columns in UTF-16 units. */
  readonly line: number
  readonly column: number
}

export interface ParsedPolicy {
  /** What the text says, for `readDocument`. */
  readonly input: DocumentInput
  /** Where the entry or field at a JSON pointer into `input` stands; null for what no line is about. */
  readonly lineOf: (pointer: string) => Place | null
}

/** Most problems told at once. */
const TOLD = 100
/** Longest word; what is longer is wrong wherever it stands. */
const WORD_MAX = 1000

/**
 * Reads a policy in the text form. Each field is checked as `readDocument` does; ids that are given twice are left to it.
 * @throws PolicyError with every problem (100 at most), its line and its column
 */
export function parsePolicy(text: string): ParsedPolicy {
  const reader = new PolicyReader()
  reader.read(text)
  return reader.finish()
}

/**
 * Reads the text form to the end: `parsePolicy`, then `readDocument`.
 * @param makeId for entries without `id=`
 * @throws PolicyError with line and column
 */
export function readPolicy(text: string, makeId: () => string): PolicyDocument {
  const { input, lineOf } = parsePolicy(text)
  try {
    return readDocument(input, makeId)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    throw new PolicyError(error.problems.map((problem) => ({ ...problem, ...lineOf(problem.pointer) })))
  }
}

/**
 * Reads one line: `allow in authd tls:example.com`, `redirect authd nextversion-authd`, or either as an ipcd option.
 * @throws PolicyError with every problem and its column; also when there is no rule in it, or more than one
 */
export function parseLine(text: string): ParsedLine {
  const { input } = parsePolicy(text)
  const { rules = [], redirects = [], tests = [], defaults } = input
  const found: ParsedLine[] = [
    ...redirects.map((value) => ({ list: 'redirects', value }) as const),
    ...rules.map((value) => ({ list: 'rules', value }) as const),
    ...tests.map((value) => ({ list: 'tests', value }) as const),
    ...(defaults === undefined ? [] : [{ list: 'defaults', value: defaults } as const]),
  ]
  if (found.length === 1) return found[0]!
  const message = found.length === 0 ? 'there is no rule in this line' : 'there is more than one rule in this line'
  throw new PolicyError([{ pointer: '', line: 1, column: 1, message }])
}

const schemas = { rules: ruleSchema, redirects: redirectSchema, tests: testSchema }
const most = { rules: RULES_MAX, redirects: REDIRECTS_MAX, tests: TESTS_MAX }

/** Reads line by line; holds what is known so far. */
class PolicyReader {
  readonly #lists = { redirects: [] as RedirectInput[], rules: [] as RuleInput[], tests: [] as TestInput[] }
  readonly #defaults: { in?: 'allow' | 'deny'; out?: 'allow' | 'deny' } = {}
  readonly #places = new Map<string, Place>()
  readonly #problems: PolicyProblem[] = []
  /** Comment lines whose entry is still to come. */
  #comments: string[] = []
  #commentPlace: Place | null = null
  /** A blank line since the last comment. */
  #gap = false
  #line = 0
  #full = false

  read(text: string): void {
    let start = 0
    while (start <= text.length && !this.#full && this.#problems.length < TOLD) {
      const end = text.indexOf('\n', start)
      const stop = end < 0 ? text.length : end
      this.#line++
      this.#readLine(text.slice(start, text[stop - 1] === '\r' && stop > start ? stop - 1 : stop))
      start = stop + 1
    }
  }

  /** @throws PolicyError */
  finish(): ParsedPolicy {
    if (this.#problems.length > 0) {
      const inOrder = this.#problems.toSorted((a, b) => a.line! - b.line! || a.column! - b.column!)
      throw new PolicyError(inOrder.slice(0, TOLD))
    }
    const { in: incoming, out } = this.#defaults
    const caption = this.#takeCaption('')
    const input: DocumentInput = {
      ...((incoming !== undefined || out !== undefined) && { defaults: this.#defaults }),
      ...this.#lists,
      ...(caption !== undefined && { caption }),
    }
    const places = this.#places
    return { input, lineOf: (pointer) => nearest(places, pointer) }
  }

  #readLine(line: string): void {
    const start = line.search(/\S/)
    if (start < 0) {
      this.#gap = this.#comments.length > 0
    } else if (line[start] === '#') {
      this.#comment(line.slice(start + 1).replace(/^[ \t]/, ''), start + 1)
    } else if (line.startsWith('--', start)) {
      this.#options(splitShellLine(line))
    } else {
      this.#entry(splitLine(line))
    }
  }

  #comment(text: string, column: number): void {
    if (this.#comments.length === 0) this.#commentPlace = { line: this.#line, column }
    if (this.#gap) this.#comments.push('')
    this.#gap = false
    this.#comments.push(text.replaceAll('\t', ' ').trimEnd())
  }

  /** The comments so far, as the caption of what comes now. */
  #takeCaption(pointer: string): string | undefined {
    if (this.#commentPlace === null) return undefined
    const caption = this.#comments.join('\n')
    this.#places.set(`${pointer}/caption`, this.#commentPlace)
    this.#comments = []
    this.#commentPlace = null
    this.#gap = false
    return caption
  }

  /** `--allow in authd tls:example.com --deny in * *`, as on a command line of ipcd. */
  #options({ words, note, problem }: SplitLine): void {
    if (problem !== null) return this.#problem('', problem.column, problem.message)
    const starts = words.flatMap(({ text }, at) => (text.startsWith('--') ? [at] : []))
    starts.forEach((from, at) => {
      const [option, ...rest] = words.slice(from, starts[at + 1])
      const verb = { ...option!, text: option!.text.slice(2) }
      this.#entry({ words: [verb, ...rest], note: at === starts.length - 1 ? note : null, problem: null })
    })
  }

  #entry({ words, note, problem }: SplitLine): void {
    if (problem !== null) return this.#problem('', problem.column, problem.message)
    const long = words.find(({ text }) => text.length > WORD_MAX)
    if (long !== undefined) return this.#problem('', long.column, `a word has at most ${WORD_MAX} characters`)
    const draft = readEntry(words)
    if (draft.list === null) {
      for (const { column, message } of draft.problems) this.#problem('', column, message)
    } else if (draft.list === 'defaults') {
      this.#default(draft, words, note)
    } else {
      this.#add(draft.list, draft, words[0]!, note)
    }
  }

  #default(draft: Draft, [first]: readonly Word[], note: string | null): void {
    for (const { pointer, column, message } of draft.problems) this.#problem(`/defaults${pointer}`, column, message)
    if (note !== null) this.#comment(note, first!.column) // nothing that has a note: it is kept with the comments
    if (draft.problems.length > 0) return
    for (const [direction, verdict] of Object.entries(draft.value) as ['in' | 'out', 'allow' | 'deny'][]) {
      const pointer = `/defaults/${direction}`
      if (this.#defaults[direction] !== undefined) {
        this.#problem(
          pointer,
          first!.column,
          `line ${this.#places.get(pointer)!.line} says what the default is already`,
        )
      }
      this.#defaults[direction] = verdict
      this.#places.set(pointer, { line: this.#line, column: first!.column })
    }
  }

  #add(list: Exclude<ListName, 'defaults'>, draft: Draft, first: Word, note: string | null): void {
    const entries: unknown[] = this.#lists[list]
    const pointer = `/${list}/${entries.length}`
    if (entries.length >= most[list]) {
      this.#full = true
      return this.#problem(`/${list}`, first.column, `at most ${most[list]} ${list}`)
    }
    this.#places.set(pointer, { line: this.#line, column: first.column })
    for (const [field, column] of draft.columns) this.#places.set(pointer + field, { line: this.#line, column })
    const caption = this.#takeCaption(pointer)
    const value = { ...draft.value, ...(note && { note }), ...(caption !== undefined && { caption }) }
    for (const { pointer: field, column, message } of draft.problems) this.#problem(pointer + field, column, message)
    if (!draft.incomplete) this.#check(schemas[list], value, pointer, draft)
    entries.push(value)
  }

  /** Tells what the schema finds besides what has been told. */
  #check(schema: z.ZodType, value: unknown, pointer: string, { problems }: Draft): void {
    const result = schema.safeParse(value)
    if (result.success) return
    for (const { path, message } of result.error.issues) {
      const field = path.map((part) => `/${String(part)}`).join('')
      if (problems.some((told) => told.pointer === field)) continue
      const place = nearest(this.#places, pointer + field)
      this.#problem(pointer + field, place?.column ?? 1, message, place?.line)
    }
  }

  #problem(pointer: string, column: number, message: string, line = this.#line): void {
    this.#problems.push({ pointer, line, column, message })
  }
}

/** Where the pointer leads, or the nearest thing around it. */
function nearest(places: ReadonlyMap<string, Place>, pointer: string): Place | null {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at)
    if (place !== undefined) return place
  }
  return null
}
