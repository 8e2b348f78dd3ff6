import { Button, CloseButton, VisuallyHidden } from '@mantine/core'
import { CircleCheck, History, Hourglass } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

import type { PolicyState } from '../../shared/api.ts'
import { ApiFailure, send } from '../api/client.ts'
import { useLive } from '../live/use-live.ts'
import { messages } from '../messages.ts'
import { text as draftText } from '../messages/draft.ts'
import { useMayChange } from '../session/use-session.ts'
import { Notice } from '../ui/notice.tsx'
import { useSecondsLeft } from '../ui/use-seconds-left.ts'
import { useZone } from '../ui/use-zone.ts'
import { clockLeft } from './countdown.ts'
import { useAnnouncement } from './use-announcement.ts'
import { useClockAhead } from './use-clock-ahead.ts'
import { useOutcome } from './use-outcome.ts'
import type { Outcome } from './use-outcome.ts'

const text = messages.confirm

type Pending = NonNullable<PolicyState['pending']>

/** While rules wait for their confirmation: how long, and the two ways to end it. Then, for a moment, how it ended. */
export function ConfirmBar() {
  const { policy } = useLive()
  const pending = policy?.pending ?? null
  const aheadMs = useClockAhead(pending?.version ?? null)
  const endsAt = pending === null ? null : pending.deadline + aheadMs
  const seconds = useSecondsLeft(endsAt)
  const { outcome, dismiss } = useOutcome(policy)
  const said = useAnnouncement(pending?.version ?? null, seconds)
  return (
    <>
      {/* There from the start: a region that appears together with its text is not read out. */}
      <VisuallyHidden role="status">{outcome === null ? said : outcomeText(outcome)}</VisuallyHidden>
      {pending !== null && endsAt !== null && (
        <Countdown key={pending.version} pending={pending} endsAt={endsAt} seconds={seconds} />
      )}
      {pending === null && outcome !== null && (
        <Notice
          tone="info"
          icon={outcome.type === 'kept' ? <CircleCheck size={20} /> : <History size={20} />}
          title={outcomeText(outcome)}
          silent
          actions={<CloseButton aria-label={text.dismiss} onClick={dismiss} />}
        />
      )}
    </>
  )
}

function outcomeText({ type, version }: Outcome): string {
  return type === 'kept' ? text.kept(version) : text.rolledBack(version)
}

interface CountdownProps {
  readonly pending: Pending
  /** When the old rules return, by this browser's clock. */
  readonly endsAt: number
  readonly seconds: number
}

function Countdown({ pending, endsAt, seconds }: CountdownProps) {
  const { version, revertTo } = pending
  const { link } = useLive()
  const zone = useZone()
  const mayChange = useMayChange()
  const box = useFocusHandedOn<HTMLSpanElement>()
  const at = new Date(endsAt).toLocaleTimeString(undefined, zone === undefined ? {} : { timeZone: zone })
  const lost = link.type === 'lost'
  const title = lost
    ? seconds > 0
      ? text.unreachable(revertTo, at)
      : draftText.passed(revertTo, at)
    : seconds > 0
      ? text.countdown(version, revertTo, clockLeft(seconds))
      : text.over(version, revertTo)
  return (
    <Notice
      tone="warning"
      icon={<Hourglass size={20} />}
      title={<span className="num">{title}</span>}
      sticky
      silent
      actions={
        mayChange && (
          <span ref={box} className="confirm-buttons">
            <Buttons pending={pending} />
          </span>
        )
      }
    >
      <p className={mayChange && !lost ? 'only-wide' : undefined}>
        {lost ? draftText.doNothing : mayChange ? text.detail : text.viewer}
      </p>
    </Notice>
  )
}

/** When the box goes while the focus is in it, the page's content gets it instead of nobody. */
function useFocusHandedOn<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null)
  useLayoutEffect(() => {
    const box = ref.current
    return () => {
      if (box?.contains(document.activeElement)) document.getElementById('content')?.focus()
    }
  }, [])
  return ref
}

function Buttons({ pending: { version, revertTo } }: { pending: Pending }) {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const ask = async (path: '/policy/confirm' | '/policy/rollback') => {
    if (busy) return
    setBusy(true)
    setFault(null)
    try {
      await send('POST', path) // the live feed tells the rest
    } catch (error) {
      setFault(error instanceof ApiFailure ? messages.sentence(error.problem.detail) : messages.noAnswer)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        size="xs"
        aria-label={text.keepLabel(version)}
        aria-disabled={busy}
        onClick={() => void ask('/policy/confirm')}
      >
        {text.keep}
      </Button>
      <Button
        size="xs"
        variant="default"
        aria-label={text.rollBackLabel(revertTo)}
        aria-disabled={busy}
        onClick={() => void ask('/policy/rollback')}
      >
        {text.rollBack}
      </Button>
      <p className="notice-fault" role="alert">
        {fault}
      </p>
    </>
  )
}
