import { Circle, CircleDot, CircleOff, CirclePause, CircleSlash } from 'lucide-react'

import type { ConnectionInfo, ConnectionState } from '../../../shared/connection.ts'
import { text } from '../../messages/connections.ts'

import styles from './connections.module.css'

/** As people see it: an open one for which bytes wait, as one side is slow, is paused. */
export type ShownState = ConnectionState | 'paused'

const icons = { open: CircleDot, paused: CirclePause, closing: Circle, closed: CircleOff, refused: CircleSlash }

export function shownState({ state, queued }: ConnectionInfo): ShownState {
  return state === 'open' && queued.toClient + queued.toService > 0 ? 'paused' : state
}

/** Word, shape and colour: none of them alone. Plain elements, as it is drawn for each row that scrolls by. */
export function StateBadge({ state }: { state: ShownState }) {
  const Icon = icons[state]
  return (
    <span className={styles.state} data-state={state} title={text.stateHints[state]}>
      <Icon size={11} aria-hidden="true" />
      {text.states[state]}
    </span>
  )
}
