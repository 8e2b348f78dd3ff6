import { Button, Card, Title } from '@mantine/core'
import { ArrowRight, CircleAlert } from 'lucide-react'

import { ExplainSteps } from '../../explain/explain-steps.tsx'
import { text as messages } from '../../messages/try-it.ts'
import { Answer } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useExplanation } from '../connection/use-explanation.ts'
import type { Failure } from './use-talk.ts'

import styles from './try-it.module.css'

const text = messages.refused

/** Why the last attempt failed, with the gateway's own account of it where there is one. */
export function Refusal({ failure: { sentence, requestId, retry } }: { failure: Failure }) {
  return (
    <Card component="section" aria-labelledby="refused-title" className={styles.own}>
      <Title order={2} id="refused-title">
        {requestId === null ? text.lost : text.title}
      </Title>
      <Notice tone="error" icon={<CircleAlert size={20} />} title={sentence}>
        {retry && <p>{text.retry}</p>}
      </Notice>
      {requestId === null ? <p className={styles.hint}>{text.noTrace}</p> : <Trace requestId={requestId} />}
    </Card>
  )
}

function Trace({ requestId }: { requestId: string }) {
  const answer = useExplanation(requestId)
  return (
    <>
      <Answer of={answer}>{(explanation) => <ExplainSteps explanation={explanation} />}</Answer>
      <Button
        component={AppLink}
        to={`/connections/${encodeURIComponent(requestId)}`}
        variant="default"
        rightSection={<ArrowRight size={15} />}
      >
        {text.page}
      </Button>
    </>
  )
}
