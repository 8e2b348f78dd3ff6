import { dirname } from 'node:path'

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'

import type { ServiceEntry } from '../services/service.ts'
import { checkDefinedName } from '../services/target.ts'
import { shown } from './kinds.ts'
import { didYouMean } from './nearest.ts'
import { configFlag, optionList } from './options.ts'
import type { Option, OptionKey } from './options.ts'
import type { Problem } from './problem.ts'
import { parseServiceEntry, serviceField, serviceFields } from './service-entry.ts'

/** A configuration file as read from disk. */
export interface ConfigFile {
  /** Absolute; relative paths in the file start beside it. */
  readonly path: string
  /** The path as the user gave it, for messages. */
  readonly name: string
  readonly text: string
}

/** What the file says: the values of each option it names, and everything that is wrong with it. */
export interface FileValues {
  readonly values: ReadonlyMap<OptionKey, readonly unknown[]>
  readonly problems: readonly Problem[]
}

/** Most characters of a file: thousands of services fit, and no parser is kept busy. */
const FILE_MAX = 1024 * 1024

/**
 * Reads the YAML text of a configuration file, without any I/O. Never throws: every problem comes with line and column.
 * The document is walked along the known options, so an alias is followed where a value is wanted and nowhere else.
 */
export function readFileValues(file: ConfigFile): FileValues {
  return new Reader(file).read()
}

class Reader {
  readonly #file: ConfigFile
  readonly #lines = new LineCounter()
  readonly #problems: Problem[] = []
  readonly #values = new Map<OptionKey, readonly unknown[]>()
  #document: Document | null = null

  constructor(file: ConfigFile) {
    this.#file = file
  }

  read(): FileValues {
    const { text } = this.#file
    if (text.length > FILE_MAX) {
      this.#wrong(0, `the file has more than ${FILE_MAX} characters`)
    } else {
      const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
      this.#document = document
      const doubles = document.errors.some(({ code }) => code === 'DUPLICATE_KEY') ? findDoubles(document) : new Map()
      for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
        if (code === 'DUPLICATE_KEY') this.#double(pos[0], doubles.get(pos[0]))
        else this.#wrong(pos[0], unclosed(message) + sentence(message))
      }
      // With broken syntax the rest is guesswork.
      if (document.errors.every(({ code }) => code === 'DUPLICATE_KEY')) this.#root(document.contents)
    }
    return { values: this.#values, problems: this.#problems }
  }

  #double(offset: number, double: Double | undefined): void {
    if (double === undefined) return this.#wrong(offset, 'this key is there already')
    const { line } = this.#lines.linePos(double.first)
    this.#wrong(offset, `the key ${shown(double.key)} is there already, on line ${line}: keep one of the two`)
  }

  #root(contents: unknown): void {
    const root = this.#follow(contents)
    if (root === null || (isScalar(root) && root.value === null)) return
    if (!isMap(root)) return this.#wrong(start(root), 'the file must hold options, one on a line, such as "timer: 25s"')
    const said = new Map<OptionKey, string>()
    for (const pair of root.items) {
      const name = keyOf(pair)
      const [key, option] = optionList.find(([, each]) => each.name === name || each.key === name) ?? []
      if (key === undefined || option === undefined) {
        this.#wrong(start(pair.key), unknownKey(name))
      } else if (said.has(key)) {
        // The same key twice was found by the parser.
        if (said.get(key) !== name) this.#wrong(start(pair.key), `"${name}" and "${said.get(key)}" are the same option`)
      } else {
        said.set(key, name)
        this.#values.set(key, this.#option(option, pair))
      }
    }
  }

  #option(option: Option<unknown>, pair: Pair): unknown[] {
    const name = keyOf(pair)
    const node = this.#follow(pair.value)
    if (option.takes === 'map') return this.#services(name, node, pair)
    const read = (item: Node | null) => this.#scalar(name, item, pair, (text) => option.kind.read(text, this.#base))
    if (!isSeq(node)) return read(node)
    if (option.takes === 'list') return node.items.flatMap((item) => read(this.#follow(item)))
    this.#wrong(start(node), `${name}: one value is expected here, not a list`)
    return []
  }

  #services(name: string, node: Node | null, pair: Pair): [string, ServiceEntry][] {
    if (isMap(node)) return node.items.flatMap((item) => this.#service(item))
    this.#wrong(
      start(node ?? pair.key),
      `${name}: services are expected here by name, such as "pong: unix:/run/pong.sock"`,
    )
    return []
  }

  #service(pair: Pair): [string, ServiceEntry][] {
    const name = keyOf(pair)
    const node = this.#follow(pair.value)
    if (!this.#try(pair.key, '', () => checkDefinedName(name) === undefined)) return []
    if (!isMap(node)) return this.#scalar(name, node, pair, (text) => [name, parseServiceEntry(text)])
    const entry = this.#entry(name, node)
    if (Object.hasOwn(entry, 'target')) return [[name, entry as ServiceEntry]]
    if (!node.items.some((item) => keyOf(item) === 'target')) {
      this.#wrong(start(pair.key), `${name}: "target" is missing, such as "target: unix:/run/pong.sock"`)
    }
    return []
  }

  #entry(service: string, node: YAMLMap): Partial<ServiceEntry> {
    const entry: Partial<ServiceEntry> = {}
    for (const pair of node.items) {
      const name = keyOf(pair)
      const field = this.#try(pair.key, `${service}: `, () => serviceField(name))
      if (field === undefined) continue
      const read = (text: string) => field.kind.read(text, this.#base)
      const [value] = this.#scalar(`${service}: ${name}`, this.#follow(pair.value), pair, read)
      if (value !== undefined) Object.assign(entry, { [field.property]: value })
    }
    return entry
  }

  /** The value in a list of one, or an empty list when it is wrong. */
  #scalar<T>(name: string, node: Node | null, pair: Pair, read: (text: string) => T): T[] {
    if (!isScalar(node) || node.value === null) {
      this.#wrong(start(node ?? pair.key), `${name}: a value is expected here`)
      return []
    }
    // As written: 0x10 and 1e3 are numbers to YAML, but not to us.
    const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
    const value = this.#try(node, `${name}: `, () => read(text))
    return value === undefined ? [] : [value]
  }

  #try<T>(node: unknown, prefix: string, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      this.#wrong(start(node), prefix + (error as Error).message)
      return undefined
    }
  }

  #follow(node: unknown): Node | null {
    const found = isAlias(node) ? node.resolve(this.#document!) : node
    return (found ?? null) as Node | null
  }

  get #base(): string {
    return dirname(this.#file.path)
  }

  #wrong(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset)
    this.#problems.push({ where: `${this.#file.name}:${Math.max(line, 1)}:${Math.max(col, 1)}`, message })
  }
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : ''
}

function start(node: unknown): number {
  return (node as Partial<Node> | null)?.range?.[0] ?? 0
}

/** A key that its map already has, and the offset where it was first. */
interface Double {
  readonly key: string
  readonly first: number
}

/** Each key that is there again, by its offset. */
function findDoubles(document: Document): ReadonlyMap<number, Double> {
  const doubles = new Map<number, Double>()
  visit(document, {
    Map(_, map) {
      const firsts = new Map<string, number>()
      for (const pair of map.items) {
        const key = keyOf(pair)
        const first = firsts.get(key)
        if (first === undefined) firsts.set(key, start(pair.key))
        else doubles.set(start(pair.key), { key, first })
      }
    },
  })
  return doubles
}

/** The parser's words for a missing bracket or quote are for those who know its grammar; these go in front of them. */
function unclosed(message: string): string {
  const [, bracket] = /^Flow .* end with a ([\]}])/.exec(message) ?? []
  if (bracket !== undefined) return `"${bracket === ']' ? '[' : '{'}" is not closed: "${bracket}" is missing here; `
  const [, quote] = /^Missing closing (["'])/.exec(message) ?? []
  return quote === undefined ? '' : `a quoted text is not closed: ${quote} is missing here; `
}

const sentence = (message: string) => message.charAt(0).toLowerCase() + message.slice(1).replace(/[\r\n].*$/s, '')

function unknownKey(name: string): string {
  if (name === configFlag.name) return '"config" is only for the command line'
  const known = optionList.map(([, option]) => option.key ?? option.name)
  const hint = didYouMean(name, known)
  const belongs = hint === '' && serviceFields.some((field) => field.name === name)
  if (belongs) return `unknown key ${shown(name)}. It belongs to an entry below "services".`
  return `unknown key ${shown(name)}.${hint || ' Keys are the options that "sockgate serve --help" lists, without dashes.'}`
}
