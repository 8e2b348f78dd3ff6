import { CloseButton } from '@mantine/core'
import { CircleCheck, CircleX } from 'lucide-react'

import { formatLatency } from '../../../shared/units.ts'
import { ApiFailure } from '../../api/client.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/services.ts'
import type { RowResult as Result } from './use-row-actions.ts'

import styles from './services.module.css'

/** What a probe found, or why something was not done. */
export function RowResult({ result, onDismiss }: { result: Result; onDismiss: () => void }) {
  if (result.type === 'probing') return <p className={styles.result}>{text.actions.probing}</p>
  const ok = result.type === 'probed' && result.answer.ok
  const Icon = ok ? CircleCheck : CircleX
  return (
    <p className={styles.result} data-ok={ok} role="status">
      <Icon size={15} aria-hidden="true" />
      <span className="wrap">{sentenceOf(result)}</span>
      <CloseButton size="sm" aria-label={text.dismissProbe} onClick={onDismiss} />
    </p>
  )
}

function sentenceOf(result: Exclude<Result, { type: 'probing' }>): string {
  if (result.type === 'probed') {
    const { ok, message, tookMs } = result.answer
    return messages.sentence(text.probed(ok, message, formatLatency(tookMs)))
  }
  return result.error instanceof ApiFailure ? messages.sentence(result.error.problem.detail) : messages.noAnswer
}
