import type { OverviewAnswer } from '../../shared/dashboard.ts'
import { attention, diskOf } from './attention.ts'
import type { ControlDeps } from './deps.ts'

/** An answer serves everybody who asks within this long, in ms. */
const FRESH_MS = 5000
const VERIFY_MS = 3_600_000
/** Seen each time somebody asks; less than this is drift, or a busy machine. */
const JUMP_MS = 30_000

/**
 * The first page's answer, made at most once in five seconds however many ask. The audit log is verified when the first
 * one asks and each hour after that, beside everything else.
 */
export class Overview {
  readonly #deps: ControlDeps
  #made: { readonly at: number; readonly answer: OverviewAnswer } | null = null
  #verifiedAt = -Infinity
  #auditFault: string | null = null
  #clocks = { wall: Date.now(), steady: performance.now() }
  #jumpMs = 0

  constructor(deps: ControlDeps) {
    this.#deps = deps
  }

  answer(): OverviewAnswer {
    const at = performance.now()
    this.#verify(at)
    if (this.#made === null || at - this.#made.at > FRESH_MS) this.#made = { at, answer: this.#make() }
    return this.#made.answer
  }

  #make(): OverviewAnswer {
    const deps = this.#deps
    const { recent, registry, policy, settings, dataDir } = deps
    this.#watchClock()
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
        policy: policy.state(),
        lives: recent.lives(),
        certificate: settings.certificate(),
        disk: diskOf(dataDir),
        auditFault: this.#auditFault,
        clockJumpMs: this.#jumpMs,
        warnings: deps.status().warnings,
      }),
    }
  }

  #watchClock(): void {
    const now = { wall: Date.now(), steady: performance.now() }
    const jumped = now.wall - this.#clocks.wall - (now.steady - this.#clocks.steady)
    if (Math.abs(jumped) > JUMP_MS) this.#jumpMs = jumped
    this.#clocks = now
  }

  #verify(at: number): void {
    if (at - this.#verifiedAt < VERIFY_MS) return
    this.#verifiedAt = at
    const { audit, log } = this.#deps
    audit.verify().then(
      ({ ok, message }) => {
        this.#auditFault = ok ? null : message
      },
      (error: unknown) => log.error({ err: error }, 'the audit log could not be verified'),
    )
  }
}
