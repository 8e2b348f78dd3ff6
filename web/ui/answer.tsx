import { Button, Skeleton } from '@mantine/core'
import { CircleAlert, ShieldX } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'

import { ApiFailure } from '../api/client.ts'
import { messages } from '../messages.ts'
import { Copyable } from './copy-button.tsx'
import { Notice } from './notice.tsx'

/** After this long without an answer a sentence says so, in ms. */
const SLOW_MS = 8000

interface AnswerProps<T> {
  /** As `useGet` returns it. */
  readonly of: {
    readonly data: T | undefined
    readonly error: Error | null
    readonly refetch: () => unknown
  }
  /** The outline of what will stand there; three grey lines when left out. */
  readonly outline?: ReactNode
  readonly children: (data: T) => ReactNode
}

/**
 * What an answer shows once it is there: nothing for a moment, then its outline, after 8 s a sentence; what went wrong
 * and a way to try again; and what came before stays when a later answer fails.
 */
export function Answer<T>({ of: { data, error, refetch }, outline, children }: AnswerProps<T>) {
  const failed = error !== null && <Failure error={error} retry={refetch} />
  if (data !== undefined) {
    return (
      <>
        {failed}
        {children(data)}
      </>
    )
  }
  return failed || <Waiting retry={refetch}>{outline}</Waiting>
}

/** An outline that appears late, with a sentence when it takes long. */
export function Waiting({ retry, children }: { retry: () => unknown; children?: ReactNode }) {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="late" aria-busy="true">
      {slow && (
        <Notice
          tone="warning"
          icon={<CircleAlert size={20} />}
          title={messages.slow}
          actions={<RetryButton retry={retry} />}
        />
      )}
      <div aria-hidden="true">
        {children ?? [90, 70, 80].map((width) => <Skeleton key={width} height={14} width={`${width}%`} my="md" />)}
      </div>
    </div>
  )
}

/** Why something is not shown or was not done, and what to do. `retry` is left out where the same button is near. */
export function Failure({ error, retry }: { error: Error; retry?: () => unknown }) {
  const problem = error instanceof ApiFailure ? error.problem : null
  const sentence = problem === null ? messages.noAnswer : messages.sentence(problem.detail)
  const details = `${sentence}${problem === null ? '' : `\n${problem.code}, ${messages.link.requestId(problem.requestId)}`}`
  return (
    <Notice
      tone="error"
      icon={problem?.status === 403 ? <ShieldX size={20} /> : <CircleAlert size={20} />}
      title={sentence}
      actions={retry && <RetryButton retry={retry} />}
    >
      {problem !== null && problem.requestId !== '' && (
        <p className="dim">
          {messages.link.requestId(problem.requestId)} <Copyable value={details} label={messages.copyDetails} />
        </p>
      )}
    </Notice>
  )
}

function RetryButton({ retry }: { retry: () => unknown }) {
  return (
    <Button size="xs" variant="default" onClick={() => void retry()}>
      {messages.retry}
    </Button>
  )
}
