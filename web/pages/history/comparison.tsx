import { ActionIcon, Card, NumberInput, Title } from '@mantine/core'
import { X } from 'lucide-react'

import type { PolicyChange, PolicyVersion } from '../../../shared/api.ts'
import { useGet } from '../../data/use-get.ts'
import { text } from '../../messages/history.ts'
import { ChangeList } from '../../policy/change-list.tsx'
import { Answer } from '../../ui/answer.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'

import styles from './history.module.css'

/** Two versions side by side, by `?compare=12..14`; nothing without. */
export function Comparison() {
  const [compare, setCompare] = useSearchParam('compare')
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(compare) ?? []
  if (from === undefined || to === undefined) return null
  const set = (a: string | number, b: string | number) => setCompare(`${a}..${b}`)
  return (
    <Card component="section" className={styles.comparison} aria-labelledby="comparison-title">
      <div className={styles.head}>
        <Title order={2} id="comparison-title">
          {text.compareTitle(Number(from), Number(to))}
        </Title>
        <div className={styles.range}>
          <NumberInput
            size="xs"
            w={84}
            min={1}
            aria-label={text.from}
            value={Number(from)}
            onChange={(value) => value !== '' && set(value, to)}
          />
          <span aria-hidden="true">–</span>
          <NumberInput
            size="xs"
            w={84}
            min={1}
            aria-label={text.to}
            value={Number(to)}
            onChange={(value) => value !== '' && set(from, value)}
          />
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={text.close} onClick={() => setCompare('')}>
            <X size={16} />
          </ActionIcon>
        </div>
      </div>
      <Difference from={from} to={to} />
    </Card>
  )
}

function Difference({ from, to }: { from: string; to: string }) {
  const answer = useGet<PolicyVersion & { changes: readonly PolicyChange[] }>(`/policy/versions/${to}?against=${from}`)
  return (
    <Answer of={answer}>
      {({ changes }) => (changes.length === 0 ? <p className="dim">{text.same}</p> : <ChangeList changes={changes} />)}
    </Answer>
  )
}
