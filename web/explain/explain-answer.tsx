import { Button, CopyButton } from '@mantine/core'
import { Ban, Check, Copy, FlaskConical, ShieldPlus } from 'lucide-react'

import type { Explanation } from '../../shared/api.ts'
import { text } from '../messages/explain.ts'
import { AppLink } from '../ui/app-link.tsx'
import { ExplainSteps } from './explain-steps.tsx'
import { explanationText } from './explanation-text.ts'
import { finalVerdict } from './outcome.ts'
import { rulePath } from './rule-path.ts'

import styles from './explain.module.css'

interface ExplainAnswerProps {
  readonly explanation: Explanation
  /** Which rules were asked: `version 12`, `your draft`. */
  readonly version: string
  /** Lines for the text form, when something can be made of it. */
  readonly lines: { readonly rule: string; readonly action: 'allow' | 'deny'; readonly test: string } | null
  /** Of what was asked before; the next one is on its way. */
  readonly old: boolean
}

/** Verdict, where it goes, the steps, and what can be made of it. */
export function ExplainAnswer({ explanation, version, lines, old }: ExplainAnswerProps) {
  const { summary, service, target, rule } = explanation
  const decisive = explanation.steps.findLast((step) => step.id === rule)
  const path = decisive === undefined ? null : rulePath(decisive)
  return (
    <div className={styles.answer} data-old={old || undefined}>
      <div className={styles.verdict} role="status">
        <VerdictBadge verdict={finalVerdict(explanation)} />
        <p className={styles.summary}>{summary}</p>
      </div>
      <dl className={styles.facts}>
        <dt>{text.facet.service}</dt>
        <dd className="mono">{service}</dd>
        {target !== '' && finalVerdict(explanation) === 'allow' && (
          <>
            <dt>{text.facet.target}</dt>
            <dd className="mono">{target}</dd>
          </>
        )}
        <dt>{text.facet.rule}</dt>
        <dd className="mono">{path === null ? rule : <AppLink to={path}>{rule}</AppLink>}</dd>
        <dt>{text.facet.asked}</dt>
        <dd>{version}</dd>
      </dl>
      <div className={styles.actions}>
        {lines !== null && (
          <>
            <Button
              component={AppLink}
              to={`/rules/firewall?${new URLSearchParams({ edit: 'new', line: lines.rule })}`}
              variant="default"
              size="xs"
              leftSection={<ShieldPlus size={14} aria-hidden="true" />}
            >
              {text.makeRule[lines.action]}
            </Button>
            <Button
              component={AppLink}
              to={`/rules/tests?${new URLSearchParams({ edit: 'new', line: lines.test })}`}
              variant="default"
              size="xs"
              leftSection={<FlaskConical size={14} aria-hidden="true" />}
            >
              {text.makeTest}
            </Button>
          </>
        )}
        <CopyButton value={explanationText(explanation, version)} timeout={1500}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              onClick={copy}
              leftSection={copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
            >
              {copied ? text.copied : text.copy}
            </Button>
          )}
        </CopyButton>
      </div>
      <ExplainSteps explanation={explanation} />
    </div>
  )
}

/** Word, shape and colour. */
export function VerdictBadge({ verdict }: { verdict: 'allow' | 'deny' }) {
  const Icon = verdict === 'allow' ? Check : Ban
  return (
    <span className={styles.badge} data-verdict={verdict}>
      <Icon size={16} strokeWidth={2.6} aria-hidden="true" />
      {text.verdicts[verdict]}
    </span>
  )
}
