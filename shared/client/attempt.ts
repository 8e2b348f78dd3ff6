import { splitRequestId } from './closing.ts'
import { RefusedError } from './errors.ts'
import type { Plan } from './options.ts'
import type { Frame, ViewName } from './views.ts'
import type { Platform, Wire, WireEnd } from './wire.ts'

/** What an opened wire reports to its owner; `open` is the first call. */
interface Owner {
  open(wire: Wire): void
  message(frame: Frame): void
  close(end: WireEnd): void
}

/** The gateway writes its refusal right behind the opening, so both arrive together however far away it is. */
const SETTLE_MS = 20

type Phase = 'dialling' | 'settling' | 'open' | 'over'

/**
 * One attempt to connect. Resolves once `owner` was given an open wire; its messages and end follow there. Rejects
 * when it is refused, also by closing at once with a request id; no wire stays open then.
 * @throws RefusedError; the reason of `signal` when that aborts first
 */
export function attempt(platform: Platform, plan: Plan<ViewName>, owner: Owner, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let phase: Phase = 'dialling'
    let settleTimer: ReturnType<typeof setTimeout> | undefined
    let timeoutTimer: ReturnType<typeof setTimeout> | undefined

    const leave = (next: Phase) => {
      phase = next
      clearTimeout(timeoutTimer)
      clearTimeout(settleTimer)
      signal.removeEventListener('abort', abort)
    }
    const fail = (error: unknown) => {
      leave('over')
      wire.terminate()
      reject(error)
    }
    const abort = () => fail(signal.reason)
    const settle = () => {
      leave('open')
      owner.open(wire)
      resolve()
    }

    const wire = platform.dial(plan, {
      open() {
        if (phase !== 'dialling') return
        phase = 'settling'
        if (!platform.refusesByClosing(plan)) settle()
        // When it is closing by then, the close event says what to do.
        else settleTimer = setTimeout(() => !wire.closing && settle(), SETTLE_MS)
      },
      message(frame) {
        if (phase === 'settling') settle()
        if (phase === 'open') owner.message(frame)
      },
      close(end) {
        if (phase === 'dialling') fail(end.error ?? RefusedError.byClose(end.code, end.reason))
        else if (phase === 'settling' && splitRequestId(end.reason)) fail(RefusedError.byClose(end.code, end.reason))
        else if (phase !== 'over') {
          if (phase === 'settling') settle()
          leave('over')
          owner.close(end)
        }
      },
    })
    timeoutTimer = setTimeout(() => {
      fail(new RefusedError({ reason: `No answer within ${plan.connectTimeoutMs / 1000} s`, retry: true }))
    }, plan.connectTimeoutMs)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}
