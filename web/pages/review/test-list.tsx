import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Explanation, TestResult } from '../../../shared/api.ts'
import type { FixedRules, PolicyDocument, PolicyTest } from '../../../shared/policy/document.ts'
import { explain } from '../../../shared/policy/explain.ts'
import { parseFacts } from '../../../shared/policy/facts.ts'
import { compile } from '../../../shared/policy/policy.ts'
import { ExplainSteps } from '../../explain/explain-steps.tsx'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { Result } from '../tests/test-row.tsx'
import { EntryLink } from './entry-link.tsx'

import styles from './review.module.css'

/** Passing ones shown one by one at most; the failing ones all are. */
const PASSING_MAX = 10

/** Results of the tests with the draft, the failing ones first. */
export function TestList({ results }: { results: readonly TestResult[] }) {
  if (results.length === 0) {
    return (
      <p className="dim">
        {text.tests.none}{' '}
        <Link to="/rules/tests" search={{ edit: 'new' }}>
          {text.tests.add}
        </Link>
      </p>
    )
  }
  const failing = results.filter(({ pass }) => !pass)
  const passing = results.filter(({ pass }) => pass)
  return (
    <>
      <p>
        {failing.length > 0 && `${text.tests.fail(failing.length)} `}
        {passing.length > 0 && text.tests.pass(passing.length)}
      </p>
      <ul className={styles.tests}>
        {[...failing, ...passing.slice(0, PASSING_MAX)].map((result) => (
          <Row key={result.id} result={result} />
        ))}
      </ul>
    </>
  )
}

function Row({ result }: { result: TestResult }) {
  const { document } = useDraft()
  const [open, setOpen] = useState(false)
  const test = document.tests.find(({ id }) => id === result.id)
  return (
    <li className={styles.test}>
      <Result result={result} />
      <span className="wrap">
        <EntryLink id={result.id} /> {messages.sentence(result.message)}
      </span>
      {test !== undefined && (
        <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? text.tests.hideTrace : text.tests.trace}
        </Button>
      )}
      {open && test !== undefined && <Trace test={test} document={document} />}
    </li>
  )
}

function Trace({ test, document }: { test: PolicyTest; document: PolicyDocument }) {
  const fixed = useLive().policy?.fixed
  const explanation = fixed === undefined ? null : traceOf(test, document, fixed)
  return explanation === null ? null : (
    <div className={styles.trace}>
      <ExplainSteps explanation={explanation} />
    </div>
  )
}

/** How the draft decides on the connection of a test; null while the draft can't be used. */
function traceOf(
  { direction, service, peer }: PolicyTest,
  document: PolicyDocument,
  fixed: FixedRules,
): Explanation | null {
  try {
    const { request, now } = parseFacts(direction, service, peer)
    return explain(compile(document, 0, fixed), request, now)
  } catch {
    return null // the gateway says what is wrong: the problems of the draft
  }
}
