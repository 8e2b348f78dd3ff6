import { Button, Card, CloseButton, Skeleton, Tabs, TextInput, Title } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { ArrowUp, Search, Unplug } from 'lucide-react'
import { useCallback, useDeferredValue, useMemo, useState } from 'react'

import { connectionFilter } from '../../../shared/connection-filter.ts'
import { formatCount } from '../../../shared/units.ts'
import { useLive, useLiveStore } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { Command } from '../../ui/command.tsx'
import { Empty } from '../../ui/empty.tsx'
import { preferredService } from '../../ui/preferred-service.ts'
import { serviceUrl } from '../../ui/service-url.ts'
import { useNow } from '../../ui/use-now.ts'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { columnsOf } from './columns.tsx'
import type { Room, Tab } from './columns.tsx'
import { ConnectionTable } from './connection-table.tsx'
import { useHeldRows } from './use-held-rows.ts'

const text = messages.connections
const tabs: readonly Tab[] = ['open', 'closed', 'refused']

/** The live list with its three tabs and the filter that holds for all of them. */
export function Connections({ base }: { base: string | null }) {
  const live = useLive()
  const { ref, width } = useElementSize()
  const [tabParam, setTab] = useSearchParam('tab')
  const [query, setQuery] = useSearchParam('q')
  const tab = tabs.find((name) => name === tabParam) ?? 'open'
  return (
    <Card component="section" aria-labelledby="connections-title" padding={0} ref={ref} className="connections">
      <Tabs
        value={tab}
        onChange={(value) => setTab(value === null || value === 'open' ? '' : value)}
        keepMounted={false}
      >
        <div className="connections-head">
          <Title order={2} id="connections-title">
            {text.title}
          </Title>
          <Tabs.List>
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {text.tabs[name]} <span className="count num">{formatCount(live[name].length)}</span>
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <TextInput
            className="filter"
            aria-label={text.filter}
            placeholder={text.filterPlaceholder}
            leftSection={<Search size={15} aria-hidden="true" />}
            rightSection={
              query === '' ? null : <CloseButton size="sm" aria-label={text.clearFilter} onClick={() => setQuery('')} />
            }
            value={query}
            maxLength={200}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
        </div>
        {tabs.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <List tab={name} query={query} room={roomOf(width)} base={base} onClear={() => setQuery('')} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Card>
  )
}

function roomOf(width: number): Room {
  if (width >= 1280) return 'broad'
  if (width >= 1120) return 'wide'
  return width >= 680 ? 'medium' : 'narrow'
}

/** What a filter text means; while it is not understood, nothing matches and `problem` is the sentence that says why. */
function readFilter(query: string) {
  try {
    return { matches: connectionFilter(query), problem: null }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { matches: () => false, problem: error.message }
  }
}

interface ListProps {
  readonly tab: Tab
  readonly query: string
  readonly room: Room
  readonly base: string | null
  readonly onClear: () => void
}

function List({ tab, query, room, base, onClear }: ListProps) {
  const live = useLive()
  const { find } = useLiveStore()
  const now = useNow()
  const rows = live[tab]
  const { shown, waiting, hold, release, renew, held } = useHeldRows(rows, find)
  const wanted = useDeferredValue(query)
  const { matches, problem } = useMemo(() => readFilter(wanted), [wanted])
  const matching = useMemo(() => shown.filter(({ info }) => matches(info)), [shown, matches])
  const fresh = useMemo(() => waiting.filter(({ info }) => matches(info)), [waiting, matches])
  const [round, setRound] = useState(0)
  const onAttention = useCallback((attention: boolean) => (attention ? hold() : release()), [hold, release])

  if (!live.loaded) return <Placeholder />
  if (rows.length === 0 && shown.length === 0)
    return <NoRows tab={tab} base={base} service={preferredService(live.services)} />
  return (
    <>
      <div className="status-line">
        <span className="num">{text.showing(matching.length, shown.length)}</span>
        {held && fresh.length === 0 && <span className="only-wide">{text.held}</span>}
        {fresh.length > 0 && (
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<ArrowUp size={12} />}
            aria-label={text.waitingLabel(fresh.length)}
            onClick={() => {
              renew()
              setRound(round + 1) // a new table starts at its top
            }}
          >
            {text.waiting(fresh.length)}
          </Button>
        )}
      </div>
      {matching.length === 0 ? (
        <Empty icon={<Search size={22} />} title={problem === null ? text.noMatch : text.filterNotUnderstood}>
          <p>{problem ?? text.noMatchHint(shown.length)}</p>
          <Button variant="light" onClick={onClear}>
            {text.clearFilter}
          </Button>
        </Empty>
      ) : (
        <ConnectionTable
          key={`${round} ${room}`}
          label={text.table[tab]}
          columns={columnsOf[tab][room]}
          rows={matching}
          now={now}
          onAttention={onAttention}
        />
      )}
    </>
  )
}

function NoRows({ tab, base, service }: { tab: Tab; base: string | null; service: string | undefined }) {
  const command = base === null || service === undefined ? null : messages.services.command(serviceUrl(base, service))
  return (
    <Empty icon={<Unplug size={22} />} title={text.empty[tab]}>
      <p>{text.emptyHint[tab]}</p>
      {tab === 'open' && command !== null && service !== undefined && (
        <Command text={command} label={messages.services.copyCommand(service)} />
      )}
    </Empty>
  )
}

function Placeholder() {
  return (
    <div className="late placeholder" aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        <Skeleton key={i} height={18} />
      ))}
    </div>
  )
}
