import type { ProblemBody } from '../../shared/api.ts'
import type { PolicyProblem } from '../../shared/policy/document.ts'
import { CliError } from './shell.ts'
import { oneLine } from './text.ts'

/** What the gateway said instead of doing it; `code` is the API's. */
export class Refusal extends CliError {
  readonly code: string

  constructor(message: string, status: 1 | 2, code: string) {
    super(message, status)
    this.code = code
  }
}

/** Codes of what is wrong with the question rather than with the gateway. */
const MISUSE: ReadonlySet<string> = new Set(['invalid-request', 'policy-invalid'])

/**
 * A problem of the API (RFC 9457) as what a command prints: the sentence, all that is wrong by place, and for who has no
 * right what to do about it.
 * @param withToken whether a token was sent
 */
export function refusalOf(status: number, body: Partial<ProblemBody>, withToken: boolean): Refusal {
  const { code = '', title = `the gateway answered ${status}`, detail = title, problems = [] } = body
  const [first, ...more] = problems
  const said =
    status === 401
      ? tokenAdvice(code, withToken)
      : first === undefined
        ? oneLine(detail) + (code === 'role-needed' ? ROLE_ADVICE : '')
        : more.length === 0
          ? problemLine(first)
          : [`${oneLine(title)}:`, ...problems.map(problemLine)].join('\n')
  return new Refusal(said, MISUSE.has(code) ? 2 : 1, code)
}

const ROLE_ADVICE =
  '; set SOCKGATE_TOKEN to a token of that scope, or ask without SOCKGATE_URL as the user who runs the gateway'

function tokenAdvice(code: string, withToken: boolean): string {
  if (code === 'setup-needed' && !withToken) {
    return 'there is no administrator yet: on the machine of the gateway, "sockgate user add NAME --role admin" makes one'
  }
  const makes = 'on the machine of the gateway, "sockgate token add NAME --scope viewer" makes one'
  if (!withToken) return `this address wants a token, in SOCKGATE_TOKEN: ${makes}`
  return `the token in SOCKGATE_TOKEN is wrong, has ended, or is for services only (scope connect): ${makes} for the API`
}

/** Fields of questions that have another name as an option. */
const OPTIONS: Readonly<Record<string, string>> = {
  before: '--before',
  blockFor: '--block',
  confirmWithin: '--confirm',
  drainOver: '--drain-over',
  over: '--over',
  q: '--filter',
}

/** One thing that is wrong with a question or a policy: where, and what. */
export function problemLine({ pointer, line, column, message }: PolicyProblem): string {
  // `/before` is a field of the question; a longer one a place in a document.
  const field = /^\/[^/]+$/.test(pointer) ? pointer.slice(1) : pointer
  const name = Object.hasOwn(OPTIONS, field) ? OPTIONS[field]! : field
  const where = line === undefined ? name : `line ${line}${column === undefined ? '' : `, column ${column}`}`
  return oneLine(where === '' ? message : `${where}: ${message}`)
}
