import { Card } from '@mantine/core'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import { ExplainAnswer } from '../../explain/explain-answer.tsx'
import { madeLines } from '../../explain/made-lines.ts'
import { finalVerdict } from '../../explain/outcome.ts'
import { text as messages } from '../../messages/connection.ts'
import { useMayChange } from '../../session/use-session.ts'
import { Answer } from '../../ui/answer.tsx'
import { useExplanation } from './use-explanation.ts'

import styles from './connection.module.css'

const text = messages.why

/** Why it was let in or refused, step by step, and what can be made of it. */
export function Why({ info }: { info: ConnectionInfo }) {
  const answer = useExplanation(info.id)
  const may = useMayChange()
  return (
    <Card className={styles.why}>
      <Answer of={answer}>
        {(explanation) => (
          <ExplainAnswer
            explanation={explanation}
            version={text.version(explanation.version)}
            lines={may ? madeLines({ kind: 'known', id: info.id }, finalVerdict(explanation), info) : null}
            old={false}
          />
        )}
      </Answer>
      {may && <p className="dim">{text.hint}</p>}
    </Card>
  )
}
