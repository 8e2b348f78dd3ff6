import { z } from 'zod'

import { parsePeer } from './conditions/index.ts'
import { readInstant } from './conditions/until.ts'
import { parseFacts } from './facts.ts'
import { globProblem } from './glob.ts'
import { parseRedirectTarget } from './target.ts'

/** Most rules, redirects and tests in one document; a decision stays quick, and so does a page that shows them. */
export const RULES_MAX = 10_000
export const REDIRECTS_MAX = 10_000
export const TESTS_MAX = 2000
const NOTE_MAX = 500
const CAPTION_MAX = 2000

/** Of rules, redirects and tests; given by the gateway when left out, kept for ever after. */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id has up to 40 lower-case letters, digits and dashes')

/** What comments must not hold: controls, what ends a line, halves of characters, and marks that reorder a line. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202A-\u202E\u2066-\u2069]/u

/** Text of one line: shown, never parsed. */
const note = z
  .string()
  .max(NOTE_MAX, { message: `a note has at most ${NOTE_MAX} characters`, abort: true })
  .overwrite((text) => text.trim())
  .refine((text) => !UNSEEN.test(text), 'a note is one line of visible characters')
  .default('')

/** Comment lines above an entry in the text form, without their `#`: the caption of a section. */
const caption = z
  .string()
  .max(CAPTION_MAX, { message: `a caption has at most ${CAPTION_MAX} characters`, abort: true })
  .overwrite((text) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  )
  .refine((text) => !UNSEEN.test(text.replaceAll('\n', '')), 'a caption is lines of visible characters')
  .optional()

/** A string that `read` takes without throwing; what it throws is the message. */
function readable(read: (text: string) => unknown) {
  return z
    .string()
    .max(1000, { message: 'at most 1000 characters', abort: true })
    .superRefine((text, context) => {
      try {
        read(text)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
      }
    })
}

/** A name or URI that need not be a good one. */
const visible = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, { message: `at most ${max} characters`, abort: true })
    .regex(/^[^\s\p{Cc}\p{Cf}\p{Cs}]*$/u, 'must not hold blanks or characters that cannot be seen')

const pattern = z.string().superRefine((text, context) => {
  const message = globProblem(text)
  if (message !== null) context.addIssue({ code: 'custom', message })
})
/** The same words with one blank between two: what the text form can tell. */
const words = (text: string): string =>
  text
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ')

const peer = readable(parsePeer).overwrite(words).default('*')
/** What is known of an invented connection; read for either direction alike. */
const facts = readable((text) => parseFacts('in', 'any', text))
  .overwrite((text) => words(text) || '*')
  .default('*')
const instant = readable(readInstant)
const target = readable(parseRedirectTarget)
const direction = z.enum(['in', 'out'], 'must be in or out')

const amount = z.int('must be a whole number').min(1, 'must be at least 1').max(1e12, 'is too large').optional()

/** What the clients that a rule lets in may use. Connections are counted at the door, the rest per connection. */
export const limitsSchema = z
  .strictObject({
    /** Connections at a time from one address (IPv6: one /64). */
    perAddress: amount,
    /** Connections at a time of one user; clients without a user count as one. */
    perUser: amount,
    /** Connections at a time to the service. */
    perService: amount,
    /** Messages a second from the client. */
    messagesPerSecond: amount,
    /** Payload bytes a second from the client. */
    bytesPerSecond: amount,
    /** When a client sends more than that: read it no further until it may, or close it (1008). */
    over: z.enum(['wait', 'close'], 'must be wait or close').default('wait'),
  })
  .describe('Limits for the connections that this rule allows')

export const ruleSchema = z
  .strictObject({
    id: id.optional(),
    enabled: z.boolean('must be true or false').default(true),
    action: z.enum(['allow', 'deny', 'log'], 'must be allow, deny or log'),
    direction,
    service: pattern,
    peer,
    limits: limitsSchema.optional(),
    until: instant.optional(),
    note,
    caption,
  })
  .refine(({ action, limits }) => limits === undefined || action === 'allow', {
    path: ['limits'],
    message: 'only a rule that allows can have limits',
  })

export const redirectSchema = z.strictObject({
  id: id.optional(),
  enabled: z.boolean('must be true or false').default(true),
  from: pattern,
  to: target,
  peer,
  /** Share of the clients that it applies to; each client is always on the same side. */
  percent: z.number('must be a number').gt(0, 'must be above 0').max(100, 'must be at most 100').optional(),
  /** Where to go when the target can't be reached. */
  fallback: target.optional(),
  until: instant.optional(),
  note,
  caption,
})

export const testSchema = z.strictObject({
  id: id.optional(),
  direction,
  /** An invented connection: the service it asks for and, in `peer`, what is known of it, as `explain` takes it. */
  service: visible(255),
  peer: facts,
  expect: z.enum(['allow', 'deny'], 'must be allow or deny'),
  /** Id of the rule that must decide. */
  rule: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'an id has up to 60 lower-case letters, digits and dashes')
    .optional(),
  /** Where it must be sent: name of a service, or URI. */
  target: visible(1000).optional(),
  note,
  caption,
})

const verdict = z.enum(['allow', 'deny'], 'must be allow or deny').default('deny')

export const documentSchema = z.strictObject({
  /** What happens to connections that no rule matches. */
  defaults: z.strictObject({ in: verdict, out: verdict }).default({ in: 'deny', out: 'deny' }),
  redirects: z.array(redirectSchema).max(REDIRECTS_MAX, `at most ${REDIRECTS_MAX} redirects`).default([]),
  rules: z.array(ruleSchema).max(RULES_MAX, `at most ${RULES_MAX} rules`).default([]),
  tests: z.array(testSchema).max(TESTS_MAX, `at most ${TESTS_MAX} tests`).default([]),
  /** Comment lines at the end of the text form. */
  caption,
})

type WithId<T> = Omit<T, 'id'> & { readonly id: string }

export type RuleLimits = z.infer<typeof limitsSchema>
/** As a client of the API may write it: without an id, and without what has a default. */
export type RuleInput = z.input<typeof ruleSchema>
export type RedirectInput = z.input<typeof redirectSchema>
export type TestInput = z.input<typeof testSchema>
export type DocumentInput = z.input<typeof documentSchema>

export type FirewallRule = Readonly<WithId<z.infer<typeof ruleSchema>>>
export type Redirect = Readonly<WithId<z.infer<typeof redirectSchema>>>
export type PolicyTest = Readonly<WithId<z.infer<typeof testSchema>>>

/** The whole policy as it is kept: checked, complete, each entry with an id that no other has. */
export interface PolicyDocument {
  readonly defaults: { readonly in: 'allow' | 'deny'; readonly out: 'allow' | 'deny' }
  readonly redirects: readonly Redirect[]
  readonly rules: readonly FirewallRule[]
  readonly tests: readonly PolicyTest[]
  readonly caption?: string | undefined
}

/** Rules that cannot be edited: from the command line and the configuration file. They are judged first. */
export interface FixedRules {
  readonly redirects: readonly Redirect[]
  readonly rules: readonly FirewallRule[]
}

export const noFixedRules: FixedRules = { redirects: [], rules: [] }

/** One thing that is wrong with a document, and where. */
export interface PolicyProblem {
  /** JSON pointer (RFC 6901) into the document: `/rules/3/peer`; empty for the document itself. */
  readonly pointer: string
  /** Where it stands in the text that it was read from, from 1. */
  readonly line?: number
  readonly column?: number
  /** A sentence. */
  readonly message: string
}

/** A document that can't be used; nothing has been changed. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly problems: readonly PolicyProblem[]

  constructor(problems: readonly PolicyProblem[]) {
    super(problems.map(({ pointer, message }) => (pointer === '' ? message : `${pointer}: ${message}`)).join('\n'))
    this.problems = problems
  }
}

/** Most problems told at once. */
const TOLD = 100

/**
 * Checks what came from a file, the API or a form, and completes it. The only way to a PolicyDocument.
 * @param makeId called for each entry without an id; must return a new one each time
 * @throws PolicyError with every problem
 */
export function readDocument(input: unknown, makeId: () => string): PolicyDocument {
  const result = documentSchema.safeParse(input)
  if (!result.success) {
    throw new PolicyError(result.error.issues.slice(0, TOLD).flatMap(problemsOf).slice(0, TOLD))
  }
  const problems: PolicyProblem[] = []
  const seen = new Map<string, string>()
  const identified = <T extends { readonly id?: string | undefined }>(list: readonly T[], name: string) =>
    list.map((entry, at): WithId<T> => {
      const own = entry.id ?? makeId()
      const pointer = `/${name}/${at}`
      const first = seen.get(own)
      if (first !== undefined)
        problems.push({ pointer: `${pointer}/id`, message: `${own} is the id of ${first} already` })
      else if (reserved(own))
        problems.push({ pointer: `${pointer}/id`, message: `${own} is an id of the gateway's own` })
      seen.set(own, pointer)
      return { ...entry, id: own }
    })
  const { defaults, redirects, rules, tests, caption: end } = result.data
  const document: PolicyDocument = {
    defaults,
    redirects: identified(redirects, 'redirects'),
    rules: identified(rules, 'rules'),
    tests: identified(tests, 'tests'),
    ...(end !== undefined && { caption: end }),
  }
  if (problems.length > 0) throw new PolicyError(problems.slice(0, TOLD))
  return document
}

/** Ids of what decides besides the document's rules. */
function reserved(own: string): boolean {
  return own.startsWith('fixed-') || own.startsWith('default-')
}

function problemsOf(issue: z.core.$ZodIssue): PolicyProblem[] {
  const pointer = pointerOf(issue.path)
  if (issue.code !== 'unrecognized_keys') return [{ pointer, message: issue.message }]
  return issue.keys.map((key) => ({
    pointer: `${pointer}/${escapePointer(key)}`,
    message: 'there is no such field',
  }))
}

export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escapePointer(String(part))}`).join('')
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}
