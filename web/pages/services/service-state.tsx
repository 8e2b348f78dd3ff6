import { CircleCheck, CircleDashed, CircleSlash2, CircleX } from 'lucide-react'

import type { ServiceState as State } from '../../../shared/dashboard.ts'
import { text } from '../../messages/services.ts'

import styles from './services.module.css'

const icons = { up: CircleCheck, down: CircleX, unknown: CircleDashed, disabled: CircleSlash2 }

/** How a service stands: word, shape and colour. */
export function ServiceState({ state }: { state: State }) {
  const Icon = icons[state]
  return (
    <span className={styles.state} data-state={state} title={text.stateHints[state]}>
      <Icon size={12} aria-hidden="true" />
      {text.states[state]}
    </span>
  )
}
