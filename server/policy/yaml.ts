import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, stringify, visit } from 'yaml'
import type { Document, Node } from 'yaml'

import type { PolicyDocument, PolicyProblem } from '../../shared/policy/document.ts'
import { PolicyError } from '../../shared/policy/document.ts'
import type { Place } from '../../shared/policy/line-parse.ts'

/** Most characters of a policy as YAML: 10,000 rules with notes fit. */
const TEXT_MAX = 4 * 1024 * 1024

/** Most problems told at once. */
const TOLD = 100

/** Most brackets that may be open at a time; a policy needs four. */
const DEPTH_MAX = 64

/** Most uses of anchors, counted as what they stand for: none is needed, and a few lines could mean millions of rules. */
const ALIASES_MAX = 100

/** A policy as YAML, read but not checked. */
export interface ParsedYaml {
  readonly input: unknown
  /** Where the value at a JSON pointer into `input` stands; of what is not there, where it would belong. */
  lineOf(pointer: string): Place
}

/**
 * Reads YAML that holds a policy. No I/O.
 * @throws PolicyError when it is no YAML, with every problem, its line and its column
 */
export function parsePolicyYaml(text: string): ParsedYaml {
  checkSize(text)
  const lines = new LineCounter()
  const document = parse(text, lines)
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const broken = [
    ...[...document.errors, ...document.warnings].map(({ message, pos }) => ({
      at: pos[0],
      message: sentence(message),
    })),
    ...badKeysIn(document),
  ].map(({ at, message }): PolicyProblem => ({ pointer: '', ...place(at), message }))
  if (broken.length > 0) throw new PolicyError(broken.slice(0, TOLD))
  return { input: valueOf(document), lineOf: (pointer) => place(offsetOf(document, pointer)) }
}

/** Writes a policy as YAML that `parsePolicyYaml` reads without loss; what has its default is left out. */
export function formatPolicyYaml({ defaults, redirects, rules, tests, caption }: PolicyDocument): string {
  const lists = { redirects: redirects.map(brief), rules: rules.map(brief), tests: tests.map(brief) }
  return stringify({ defaults, ...lists, ...(caption !== undefined && { caption }) }, { lineWidth: 0 })
}

const usual: Readonly<Record<string, unknown>> = { enabled: true, peer: '*', note: '' }

function brief({ id, ...entry }: { readonly id: string }): object {
  const said = Object.entries(entry).filter(([key, value]) => value !== undefined && usual[key] !== value)
  return { id, ...Object.fromEntries(said) }
}

function checkSize(text: string): void {
  if (text.length > TEXT_MAX) refuse(`the text has more than ${TEXT_MAX} characters`)
  let depth = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    if (depth > DEPTH_MAX) refuse('the text is nested too deeply')
  }
}

function parse(text: string, lineCounter: LineCounter): Document {
  try {
    // Its own search for double keys compares each with each.
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false })
  } catch (error) {
    if (error instanceof RangeError) refuse('the text is nested too deeply') // by indentation
    throw error
  }
}

/** Keys that no map may have, or not twice. */
function badKeysIn(document: Document): { readonly at: number; readonly message: string }[] {
  const bad: { at: number; message: string }[] = []
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key)) bad.push({ at: start(key) ?? 0, message: 'a key must be a plain word' })
        const name = isScalar(key) ? String(key.value) : ''
        if (seen.has(name)) bad.push({ at: start(key) ?? 0, message: `${JSON.stringify(name)} is there already` })
        // Objects can't hold it as they hold other keys.
        if (name === '__proto__') bad.push({ at: start(key) ?? 0, message: 'there is no such field' })
        seen.add(name)
      }
    },
  })
  return bad
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {}
  } catch (error) {
    if (error instanceof ReferenceError) return refuse('there are too many aliases, or one of a name that is not there')
    if (error instanceof RangeError) return refuse('the text is nested too deeply')
    throw error
  }
}

function refuse(message: string): never {
  throw new PolicyError([{ pointer: '', line: 1, column: 1, message }])
}

/** Where the value at a JSON pointer stands; of what is not there, where it would belong. */
function offsetOf(document: Document, pointer: string): number {
  let node: unknown = document.contents
  let offset = start(node) ?? 0
  for (const part of pointer.split('/').slice(1)) {
    const step = child(isAlias(node) ? node.resolve(document) : node, part.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (step === null) break
    offset = start(step.value) ?? start(step.key) ?? offset
    node = step.value
  }
  return offset
}

function child(node: unknown, part: string): { readonly key: unknown; readonly value: unknown } | null {
  if (isSeq(node)) {
    const value = node.items[Number(part)]
    return value === undefined ? null : { key: null, value }
  }
  if (!isMap(node)) return null
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === part) ?? null
}

function start(node: unknown): number | null {
  return (node as Partial<Node> | null)?.range?.[0] ?? null
}

const sentence = (message: string) => message.charAt(0).toLowerCase() + message.slice(1).replace(/[\r\n].*$/s, '')
