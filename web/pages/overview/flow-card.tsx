import { Card, SegmentedControl, Title, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Waypoints } from 'lucide-react'
import { useState } from 'react'

import { text } from '../../messages/overview.ts'
import { Empty } from '../../ui/empty.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { FlowPicture } from './flow-picture.tsx'
import { FlowTable } from './flow-table.tsx'
import { useFlow } from './use-flow.ts'

import styles from './overview.module.css'

/** Who reaches what: as a picture, with a table for who can't see it, or as that table. */
export function FlowCard() {
  const [held, setHeld] = useState(false)
  const flow = useFlow(held)
  const narrow = useMediaQuery('(max-width: 640px)', false)
  const [asked, setAsked] = useSearchParam('flow')
  const view = asked === 'table' || asked === 'picture' ? asked : narrow ? 'table' : 'picture'
  return (
    <Card
      component="section"
      aria-labelledby="flow-title"
      padding={0}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className={styles.cardHead}>
        <Title order={2} id="flow-title">
          {text.flow}
        </Title>
        <span className={`dim ${styles.grow}`}>{text.flowHint}</span>
        <SegmentedControl
          size="xs"
          aria-label={text.flowView}
          data={[
            { value: 'picture', label: text.picture },
            { value: 'table', label: text.table },
          ]}
          value={view}
          onChange={setAsked}
        />
      </div>
      {flow.lines.length === 0 ? (
        <Empty icon={<Waypoints size={22} />} title={text.quiet}>
          <p>{text.quietHint}</p>
        </Empty>
      ) : view === 'picture' ? (
        <>
          <FlowPicture flow={flow} />
          <VisuallyHidden>
            <FlowTable flow={flow} plain />
          </VisuallyHidden>
        </>
      ) : (
        <FlowTable flow={flow} />
      )}
    </Card>
  )
}
