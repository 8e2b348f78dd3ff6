import { Fragment } from 'react'

import { visible } from '../../shared/client/printable.ts'
import { REDACTED } from '../../shared/redact-json.ts'
import { text } from '../messages/conversation.ts'

import styles from './conversation.module.css'

/** Text of a message: steering characters made visible, and a grey block where the gateway took something out. */
export function ShowText({ value }: { value: string }) {
  const parts = visible(value).split(REDACTED)
  return parts.map((part, i) => (
    // Parts have nothing else to be told apart by, and never change.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={i}>
      {i > 0 && <Removed />}
      {part}
    </Fragment>
  ))
}

/** Stands where a value was taken out. */
export function Removed() {
  return (
    <span className={styles.removed} title={text.removedHint}>
      {text.removed}
    </span>
  )
}
