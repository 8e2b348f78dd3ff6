import { Button } from '@mantine/core'
import { Ban, Check, CornerDownRight, Eye, Minus } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { useState } from 'react'

import type { ExplainStep, Explanation } from '../../shared/api.ts'
import { text as messages } from '../messages/explain.ts'
import { AppLink } from '../ui/app-link.tsx'
import { foldSteps } from './fold-steps.ts'
import type { ShownStep } from './fold-steps.ts'
import { outcomeOf, outcomeText } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { rulePath } from './rule-path.ts'

import styles from './explain.module.css'

const text = messages.steps

/** The way to a decision: every rule that was asked, why it matched or not, and the one that decided. */
export function ExplainSteps({ explanation }: { explanation: Explanation }) {
  const shown = foldSteps(explanation)
  return (
    <ol className={styles.steps} aria-label={text.title}>
      {shown.map((each, at) => (
        <Shown
          key={each.key}
          shown={each}
          explanation={explanation}
          head={stageOf(each) === stageOf(shown[at - 1]) ? null : stageOf(each)}
        />
      ))}
    </ol>
  )
}

const stageOf = (shown: ShownStep | undefined): ExplainStep['stage'] | null =>
  shown === undefined ? null : (shown.kind === 'step' ? shown.step : shown.steps[0]!).stage

interface ShownProps {
  readonly shown: ShownStep
  readonly explanation: Explanation
  /** The stage that begins with it. */
  readonly head: ExplainStep['stage'] | null
}

function Shown({ shown, explanation, head }: ShownProps) {
  const [open, setOpen] = useState(false)
  const stage = head !== null && <p className={styles.stage}>{text.stages[head]}</p>
  if (shown.kind === 'step') {
    return (
      <li>
        {stage}
        <Step step={shown.step} explanation={explanation} />
      </li>
    )
  }
  if (!open) {
    return (
      <li>
        {stage}
        <div className={styles.run}>
          <span>{text.hidden[shown.steps[0]!.stage](shown.steps.length)}</span>
          <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
            {text.show}
          </Button>
        </div>
      </li>
    )
  }
  return shown.steps.map((step, at) => (
    // A redirect may be asked again after another one has been followed.
    // oxlint-disable-next-line react/no-array-index-key
    <li key={at}>
      {at === 0 && stage}
      <Step step={step} explanation={explanation} />
    </li>
  ))
}

const icons: Readonly<Record<Outcome, LucideIcon>> = {
  allow: Check,
  deny: Ban,
  passed: Check,
  failed: Ban,
  redirected: CornerDownRight,
  logged: Eye,
  matched: Check,
  missed: Minus,
}

function Step({ step, explanation }: { step: ExplainStep; explanation: Explanation }) {
  const outcome = outcomeOf(step, explanation)
  const Icon = icons[outcome]
  const path = rulePath(step)
  return (
    <div className={styles.step} data-outcome={outcome}>
      <span className={styles.mark} aria-hidden="true">
        <Icon size={13} strokeWidth={2.6} />
      </span>
      <div className={styles.stepText}>
        <p className={styles.stepHead}>
          <span className={styles.outcome}>{outcomeText(outcome)}</span>
          {path === null ? (
            <span className="mono dim">{step.id}</span>
          ) : (
            <AppLink to={path} className="mono" aria-label={text.open(step.id)}>
              {step.id}
            </AppLink>
          )}
        </p>
        <p className={step.stage === 'gateway' ? 'wrap' : `mono ${styles.line}`}>{step.text}</p>
        {step.reason !== '' && <p className={styles.reason}>{step.reason}</p>}
      </div>
    </div>
  )
}
