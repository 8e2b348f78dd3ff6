import { readDocument } from '../../shared/policy/document.ts'
import type { RuleInput } from '../../shared/policy/document.ts'
import { compile } from '../../shared/policy/policy.ts'
import { unknownRequest } from '../../shared/policy/request.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import { median } from './statistics.ts'

/** Rules of one kind, and connections of which half are allowed by one of them and half by none. */
interface Shape {
  readonly name: string
  rule(at: number): Partial<RuleInput> & { readonly service: string }
  /** A connection that the rule lets in. */
  request(at: number): Partial<ConnectionRequest> & { readonly service: string }
}

const network = (at: number) => `10.${at >> 8}.${at & 255}`

const shapes: readonly Shape[] = [
  {
    name: 'services by name',
    rule: (at) => ({ service: `team-${at % 97}/service-${at}` }),
    request: (at) => ({ service: `team-${at % 97}/service-${at}` }),
  },
  {
    name: 'services by pattern',
    rule: (at) => ({ service: at % 2 === 0 ? `service-${at}-*` : `*/service-${at}-*` }),
    request: (at) => ({ service: at % 2 === 0 ? `service-${at}-x` : `team/service-${at}-x` }),
  },
  {
    name: 'address ranges',
    rule: (at) => ({ service: '*', peer: at % 2 === 0 ? `${network(at)}.0/24` : `${network(at)}.7` }),
    request: (at) => ({ service: 'pong', source: { address: `${network(at)}.7`, port: 40_000 } }),
  },
  {
    name: 'mixed, with users',
    rule: (at) => ({
      service: ['pong', `service-${at}`, `team-${at}/*`, '*'][at % 4]!,
      peer: [
        `user:user-${at}`,
        `user:user-${at} 10.0.0.0/8`,
        'group:staff',
        `${network(at)}.0/24 origin:https://app.example`,
      ][at % 4]!,
    }),
    request: (at) => ({
      service: ['pong', `service-${at}`, `team-${at}/x`, 'clock'][at % 4]!,
      source: { address: `${network(at)}.7`, port: 40_000 },
      user: `user-${at}`,
      groups: ['staff'],
      origin: 'https://app.example',
    }),
  },
]

/** What a decision may take, in microseconds, by the number of rules. */
const goals: readonly { readonly rules: number; readonly medianUs: number }[] = [
  { rules: 1000, medianUs: 20 },
  { rules: 10_000, medianUs: 50 },
]

const BATCHES = 400
/** Decisions measured at once: one alone is too short for the clock. */
const BATCH = 25

/** Measures decisions and compiling. @returns Markdown, and whether all goals are met; `progress` hears of each row */
export function benchPolicy(progress: (row: string) => void): { text: string; met: boolean } {
  const rows: string[] = []
  let met = true
  for (const { rules, medianUs } of goals) {
    for (const shape of shapes) {
      const { allowedUs, deniedUs, compileMs } = measure(shape, rules)
      const good = Math.max(allowedUs, deniedUs) <= medianUs
      met &&= good
      const figures = [
        allowedUs.toFixed(1),
        deniedUs.toFixed(1),
        `≤ ${medianUs}`,
        good ? 'met' : 'missed',
        compileMs.toFixed(0),
      ]
      rows.push(
        `| ${[String(rules).padStart(6), shape.name.padEnd(19), ...figures.map((text) => text.padStart(6))].join(' | ')} |`,
      )
      progress(rows.at(-1)!)
    }
  }
  const head = '|  rules | shape               | allowed µs | denied µs | asked µs | verdict | compile ms |'
  return {
    text: [head, '|-------:|---------------------|-------:|-------:|-------:|-------:|-------:|', ...rows].join('\n'),
    met,
  }
}

function measure(shape: Shape, rules: number): { allowedUs: number; deniedUs: number; compileMs: number } {
  const document = documentOf(shape, rules)
  const compiling = Array.from({ length: 5 }, () => {
    const began = performance.now()
    compile(document, 1)
    return performance.now() - began
  })
  const policy = compile(document, 1)
  const now = Date.now()
  const time = (requests: readonly ConnectionRequest[], allow: boolean) => {
    const batches = Array.from({ length: BATCHES }, (_, batch) => {
      const began = performance.now()
      for (let each = 0; each < BATCH; each++) {
        const request = requests[(batch * BATCH + each * 7) % requests.length]!
        if (policy.decide(request, now).allow !== allow)
          throw new Error(`${shape.name}: a wrong decision on ${request.service}`)
      }
      return ((performance.now() - began) * 1000) / BATCH
    })
    return median(batches.slice(BATCHES / 4))! // the first ones run while the code is still being optimized
  }
  const allowed = Array.from({ length: rules }, (_, at) => ({ ...unknownRequest('in', ''), ...shape.request(at) }))
  const denied = allowed.map((request) => ({
    ...request,
    service: `${request.service}-not`.replace('service-', 'none-').replace('team-', 'no-'),
    ...(request.source !== null && { source: { address: '192.0.2.7', port: 40_000 } }),
    ...(request.user !== null && { user: null, groups: [] }),
  }))
  return { allowedUs: time(allowed, true), deniedUs: time(denied, false), compileMs: Math.min(...compiling) }
}

function documentOf(shape: Shape, rules: number) {
  let id = 0
  const list = Array.from({ length: rules - 1 }, (_, at): RuleInput => ({
    action: 'allow',
    direction: 'in',
    ...shape.rule(at),
  }))
  const last = shape.rule(rules - 1)
  return readDocument({ rules: [...list, { action: 'allow', direction: 'in', ...last }] }, () => `r${id++}`)
}
