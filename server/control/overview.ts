import type { OverviewAnswer } from '../../shared/dashboard.ts'
import { diskOf } from './attention/disk.ts'
import { attention } from './attention/index.ts'
import type { ControlDeps } from './deps.ts'
import { entriesAt } from './old-entries.ts'

/** An answer serves everybody who asks within this long, in ms. */
const FRESH_MS = 5000
/** Entries of the policy should have matched something after this long. */
const OLD_MS = 90 * 24 * 3_600_000
/** The history of versions is read this often at most. */
const OLD_EACH_MS = 3_600_000

/** The first page's answer, made at most once in five seconds however many ask. */
export class Overview {
  readonly #deps: ControlDeps
  #made: { readonly at: number; readonly answer: OverviewAnswer } | null = null
  #old: { readonly at: number; readonly ids: ReadonlySet<string> } | null = null

  constructor(deps: ControlDeps) {
    this.#deps = deps
  }

  answer(): OverviewAnswer {
    const at = performance.now()
    if (this.#made === null || at - this.#made.at > FRESH_MS) this.#made = { at, answer: this.#make() }
    return this.#made.answer
  }

  #make(): OverviewAnswer {
    const deps = this.#deps
    const { recent, registry, policy, settings, dataDir } = deps
    const { warnings, timerMs } = deps.status()
    const state = policy.state()
    let bufferedBytes = 0
    for (const { queued } of registry.list({ state: 'open' })) bufferedBytes += queued.toClient + queued.toService
    return {
      history: recent.history(),
      refusedLastHour: recent.refusedLastHour(),
      rssBytes: process.memoryUsage.rss(),
      bufferedBytes,
      attention: attention({
        now: Date.now(),
        services: deps.services(),
        findings: policy.findings(),
        tests: policy.tests(),
        redirects: new Set([...state.fixed.redirects, ...policy.current().document.redirects].map(({ id }) => id)),
        oldEntries: this.#oldEntries(),
        policy: state,
        lives: recent.lives(),
        timerMs,
        certificate: settings.certificate(),
        disk: diskOf(dataDir),
        auditFault: deps.auditWatch.fault,
        clockJumpMs: deps.clockWatch.jumpMs,
        warnings,
      }),
    }
  }

  #oldEntries(): ReadonlySet<string> {
    const at = performance.now()
    if (this.#old === null || at - this.#old.at > OLD_EACH_MS) {
      this.#old = { at, ids: entriesAt(this.#deps.policy, Date.now() - OLD_MS) }
    }
    return this.#old.ids
  }
}
