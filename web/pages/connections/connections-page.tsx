import { Card, Tabs } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'

import { formatCount } from '../../../shared/units.ts'
import { RunningCloses } from '../../close/running-closes.tsx'
import { Announcer } from '../../live/announcer.tsx'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/connections.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import type { Tab } from './columns.tsx'
import { ConnectionList } from './connection-list.tsx'

import styles from './connections.module.css'

const tabs: readonly Tab[] = ['open', 'closed', 'refused']

/** The live list with its three tabs; filter, order, columns and selection are in the address. */
export function ConnectionsPage() {
  const live = useLive()
  const { ref, width } = useElementSize()
  const [asked, setTab] = useSearchParam('tab')
  const tab = tabs.find((name) => name === asked) ?? 'open'
  return (
    <>
      <PageHead title={text.title} purpose={text.purpose} />
      <RunningCloses />
      <Card component="section" aria-label={text.title} padding={0} ref={ref} className={styles.card}>
        <Tabs
          value={tab}
          onChange={(value) => setTab(value === null || value === 'open' ? '' : value)}
          keepMounted={false}
        >
          <div className={styles.tabs}>
            <Tabs.List aria-label={text.lists}>
              {tabs.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {text.tabs[name]} <span className={`${styles.count} num`}>{formatCount(live[name].length)}</span>
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </div>
          {tabs.map((name) => (
            <Tabs.Panel key={name} value={name} tabIndex={-1}>
              {name === tab && <ConnectionList tab={name} room={width} />}
            </Tabs.Panel>
          ))}
        </Tabs>
      </Card>
      <Announcer />
    </>
  )
}
