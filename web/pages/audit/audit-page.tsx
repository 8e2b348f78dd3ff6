import { ActionIcon, Button, Card, Menu, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Download, ScrollText, Search, SearchX, ShieldX, X } from 'lucide-react'
import { useRef } from 'react'

import type { AuditPage as AuditPageAnswer } from '../../../shared/api.ts'
import { atLeast } from '../../../shared/roles.ts'
import { getJson } from '../../api/client.ts'
import { useKey } from '../../keys/use-key.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/audit.ts'
import { useAccount } from '../../session/use-session.ts'
import { Answer } from '../../ui/answer.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { AuditTable } from './audit-table.tsx'
import { VerifyChain } from './verify-chain.tsx'

import styles from './audit.module.css'

/** The filter is asked for when nothing was typed for so long, in ms. */
const QUIET_MS = 250
const PAGE = 100

/** The audit log: who did what, and whether anybody has tampered with it. */
export function AuditPage() {
  const { role } = useAccount()
  if (!atLeast(role, 'admin')) {
    return (
      <>
        <PageHead title={messages.pages.audit} purpose={text.purpose} />
        <Empty icon={<ShieldX size={22} />} title={text.noRight}>
          <p>{text.noRightHint}</p>
        </Empty>
      </>
    )
  }
  return (
    <>
      <PageHead title={messages.pages.audit} purpose={text.purpose} actions={<ExportMenu />} />
      <Log />
    </>
  )
}

function ExportMenu() {
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={15} />}>
          {text.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.exportHint}</Menu.Label>
        {(['jsonl', 'csv'] as const).map((format) => (
          <Menu.Item key={format} component="a" href={`/api/v1/audit/export?format=${format}`} download>
            {text.exportAs[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Log() {
  const [filter, setFilter] = useSearchParam('filter')
  const [asked] = useDebouncedValue(filter, QUIET_MS)
  const field = useRef<HTMLInputElement>(null)
  useKey('filter', () => field.current?.focus())
  const log = useInfiniteQuery({
    queryKey: ['/audit', asked],
    queryFn: ({ pageParam }) => getJson<AuditPageAnswer>(pathOf(asked, pageParam)),
    initialPageParam: 0,
    getNextPageParam: ({ nextBefore }) => nextBefore,
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <VerifyChain />
      <Card padding={0} component="section" aria-label={messages.pages.audit}>
        <div className={styles.head}>
          <TextInput
            ref={field}
            className={styles.filter!}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
            placeholder={text.filter}
            aria-label={text.filter}
            leftSection={<Search size={15} />}
            maxLength={200}
            rightSection={
              filter !== '' && (
                <ActionIcon variant="subtle" color="gray" aria-label={text.clear} onClick={() => setFilter('')}>
                  <X size={15} />
                </ActionIcon>
              )
            }
          />
        </div>
        <Answer of={log}>
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.entries)
            if (entries.length === 0) return <Nothing filtered={asked !== ''} clear={() => setFilter('')} />
            return (
              <>
                <AuditTable entries={entries} />
                <div className={styles.foot}>
                  <span className="dim num" role="status">
                    {text.shown(entries.length)}
                  </span>
                  {log.hasNextPage && (
                    <Button
                      variant="default"
                      size="xs"
                      aria-disabled={log.isFetchingNextPage}
                      onClick={() => void log.fetchNextPage()}
                    >
                      {log.isFetchingNextPage ? text.loading : text.older}
                    </Button>
                  )}
                </div>
              </>
            )
          }}
        </Answer>
      </Card>
    </>
  )
}

function Nothing({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  if (!filtered) return <Empty icon={<ScrollText size={22} />} title={text.empty} />
  return (
    <Empty icon={<SearchX size={22} />} title={text.none}>
      <p>{text.noneHint}</p>
      <Button variant="default" onClick={clear}>
        {text.clear}
      </Button>
    </Empty>
  )
}

function pathOf(filter: string, before: number): string {
  const query = new URLSearchParams({ limit: String(PAGE), q: filter })
  if (before > 0) query.set('before', String(before))
  return `/audit?${query}`
}
