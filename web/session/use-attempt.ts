import { useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

import { ApiFailure } from '../api/client.ts'
import { messages } from '../messages.ts'
import { useSecondsLeft } from '../ui/use-seconds-left.ts'

/** A sentence for each field that is wrong; `form` is about all of them. */
export type Faults<Field extends string> = { readonly [name in Field | 'form']?: string }

interface Attempt<Field extends string> {
  /** Set it on the form: the first wrong field in it gets the focus. */
  readonly form: RefObject<HTMLFormElement | null>
  readonly faults: Faults<Field>
  readonly busy: boolean
  /** Until the next try is let through; 0 when it is. */
  readonly secondsLeft: number
  /** Whether there was a wait, and it is over. */
  readonly waited: boolean
  /** Sends, unless something is wrong already or it is too early; never throws. */
  readonly run: (wrong: Faults<Field>, send: () => Promise<void>) => Promise<void>
}

/** The gateway sends Retry-After with `slow-down`; a proxy may drop it. */
const WAIT_S = 5

/**
 * One form that asks the gateway for something it may refuse.
 * @param explain what a refusal means for the fields
 */
export function useAttempt<Field extends string>(explain: (failure: ApiFailure) => Faults<Field>): Attempt<Field> {
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<Faults<Field>>({})
  const [busy, setBusy] = useState(false)
  const [until, setUntil] = useState<number | null>(null)
  const secondsLeft = useSecondsLeft(until)
  useEffect(() => {
    if (Object.keys(faults).length === 0) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [faults])

  const run = async (wrong: Faults<Field>, send: () => Promise<void>) => {
    if (busy || secondsLeft > 0) return
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    setUntil(null)
    try {
      await send()
    } catch (error) {
      if (!(error instanceof ApiFailure)) setFaults({ form: messages.noAnswer })
      else if (error.problem.code === 'slow-down') setUntil(Date.now() + (error.retryAfterS ?? WAIT_S) * 1000)
      else setFaults(explain(error))
    } finally {
      setBusy(false)
    }
  }
  return { form, faults, busy, secondsLeft, waited: until !== null && secondsLeft === 0, run }
}
