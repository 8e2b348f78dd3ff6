import { VisuallyHidden } from '@mantine/core'
import { Check } from 'lucide-react'

import { text } from '../messages/welcome.ts'

import styles from './setup-steps.module.css'

/** Where somebody is on the way from the token to the first connection. @param now number of the step, from 0 */
export function SetupSteps({ now }: { now: number }) {
  return (
    <ol className={styles.steps} aria-label={text.progress}>
      {text.steps.map((step, i) => {
        const state = i < now ? 'done' : i === now ? 'now' : 'next'
        return (
          <li key={step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span className={styles.mark} aria-hidden="true">
              {state === 'done' ? <Check size={13} /> : i + 1}
            </span>
            <span>{step}</span>
            {state !== 'now' && <VisuallyHidden>{text.state[state]}</VisuallyHidden>}
          </li>
        )
      })}
    </ol>
  )
}
