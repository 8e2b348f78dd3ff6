import { Button, Card, Title } from '@mantine/core'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'

import type { Attention, OverviewAnswer } from '../../../shared/dashboard.ts'
import { text } from '../../messages/overview.ts'
import { Answer } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { oneLine } from '../../ui/one-line.ts'
import type { useOverview } from './use-overview.ts'

import styles from './overview.module.css'

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info }

/** What wants a look, heaviest first, each with the one thing to do about it. */
export function AttentionCard({ of }: { of: ReturnType<typeof useOverview> }) {
  const count = of.data?.attention.length ?? 0
  return (
    <Card component="section" aria-labelledby="attention-title" padding={0}>
      <div className={styles.cardHead}>
        <Title order={2} id="attention-title">
          {text.attention}
        </Title>
        {count > 0 && <span className="dim num">{text.attentionCount(count)}</span>}
      </div>
      <div className={of.data === undefined ? styles.cardBody : undefined}>
        <Answer of={of}>{(answer: OverviewAnswer) => <List entries={answer.attention} />}</Answer>
      </div>
    </Card>
  )
}

function List({ entries }: { entries: readonly Attention[] }) {
  if (entries.length === 0) {
    return (
      <div className={styles.fine}>
        <CircleCheck size={18} aria-hidden="true" />
        <p className="strong">{text.attentionNone}</p>
        <p className="dim">{text.attentionNoneHint}</p>
      </div>
    )
  }
  return (
    // Scrolls when there is much, so the keyboard must be able to get in.
    <ul className={styles.attention} tabIndex={0} aria-label={text.attentionList}>
      {entries.map((entry) => (
        <Entry key={`${entry.kind} ${entry.about} ${entry.title}`} entry={entry} />
      ))}
    </ul>
  )
}

function Entry({ entry: { weight, title, detail, link } }: { entry: Attention }) {
  const Icon = icons[weight]
  return (
    <li data-weight={weight}>
      <Icon size={17} role="img" aria-label={text.weights[weight]} />
      <div>
        <p className="strong wrap">{oneLine(title)}</p>
        <p className="dim wrap">{detail}</p>
      </div>
      {link !== null && (
        <Button component={AppLink} to={link.path} size="xs" variant="default">
          {link.text}
        </Button>
      )}
    </li>
  )
}
