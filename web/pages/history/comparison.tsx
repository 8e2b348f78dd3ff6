import { ActionIcon, Card, NumberInput, SegmentedControl, Title } from '@mantine/core'
import { X } from 'lucide-react'
import { useState } from 'react'

import type { PolicyChange, PolicyVersion } from '../../../shared/api.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { useGet } from '../../data/use-get.ts'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/history.ts'
import { ChangeList } from '../../policy/change-list.tsx'
import { Answer } from '../../ui/answer.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { TextDiff } from '../review/text-diff.tsx'

import styles from './history.module.css'

type VersionAnswer = PolicyVersion & {
  readonly document: PolicyDocument
  readonly changes: readonly PolicyChange[]
}

/** Two versions side by side, by `?compare=12..14`; nothing without. */
export function Comparison() {
  const [compare, setCompare] = useSearchParam('compare')
  const [as, setAs] = useState<'rules' | 'text'>('rules')
  const latest = useLive().policy?.current.version
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(compare) ?? []
  if (from === undefined || to === undefined) return null
  const set = (a: string | number, b: string | number) => setCompare(`${a}..${b}`)
  const field = {
    size: 'xs',
    w: 84,
    min: 1,
    allowDecimal: false,
    ...(latest !== undefined && { max: latest }),
  } as const
  return (
    <Card component="section" className={styles.comparison} aria-labelledby="comparison-title">
      <div className={styles.head}>
        <Title order={2} id="comparison-title">
          {text.compareTitle(Number(from), Number(to))}
        </Title>
        <div className={styles.range}>
          <SegmentedControl
            size="xs"
            aria-label={text.shownAs}
            value={as}
            onChange={(value) => setAs(value)}
            data={[
              { value: 'rules', label: text.asRules },
              { value: 'text', label: text.asText },
            ]}
          />
          <NumberInput
            {...field}
            aria-label={text.from}
            value={Number(from)}
            onChange={(value) => value !== '' && set(value, to)}
          />
          <span aria-hidden="true">–</span>
          <NumberInput
            {...field}
            aria-label={text.to}
            value={Number(to)}
            onChange={(value) => value !== '' && set(from, value)}
          />
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={text.close} onClick={() => setCompare('')}>
            <X size={16} />
          </ActionIcon>
        </div>
      </div>
      {as === 'rules' ? <ByRule from={from} to={to} /> : <ByText from={from} to={to} />}
    </Card>
  )
}

interface DifferenceProps {
  readonly from: string
  readonly to: string
}

function ByRule({ from, to }: DifferenceProps) {
  const answer = useGet<VersionAnswer>(`/policy/versions/${to}?against=${from}`)
  return (
    <Answer of={answer}>
      {({ changes }) => (changes.length === 0 ? <p className="dim">{text.same}</p> : <ChangeList changes={changes} />)}
    </Answer>
  )
}

function ByText({ from, to }: DifferenceProps) {
  const before = useGet<VersionAnswer>(`/policy/versions/${from}`)
  const after = useGet<VersionAnswer>(`/policy/versions/${to}`)
  return (
    <Answer of={before}>
      {(old) => <Answer of={after}>{(now) => <TextDiff before={old.document} after={now.document} />}</Answer>}
    </Answer>
  )
}
