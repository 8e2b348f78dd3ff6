import { ActionIcon, Button, Skeleton, Tabs, Tooltip } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, SearchX, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import { formatAge } from '../../../shared/units.ts'
import { useKey } from '../../keys/use-key.ts'
import { text } from '../../messages/connection.ts'
import { ago } from '../../messages/words.ts'
import { useMayChange } from '../../session/use-session.ts'
import { Answer } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { Copyable } from '../../ui/copy-button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { StateBadge } from '../connections/state-badge.tsx'
import { MessagesTab } from './messages-tab.tsx'
import { Summary } from './summary.tsx'
import { TapBanner } from './tap-banner.tsx'
import { useConnection, useNeighbours } from './use-connection.ts'
import { useCourse } from './use-course.ts'
import { useTap } from './use-tap.ts'
import { Why } from './why.tsx'

import styles from './connection.module.css'

const CloseDialog = lazy(async () => ({ default: (await import('../../close/close-dialog.tsx')).CloseDialog }))

type Tab = keyof typeof text.tabs
const tabs = Object.keys(text.tabs) as Tab[]

/** One connection: how it stands, why it was let in, and what passes. */
export function ConnectionPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string }
  // Another connection is another page: nothing read of one shows up under the next.
  return <OneConnection key={id} id={id} />
}

function OneConnection({ id }: { id: string }) {
  const { info, detail, gone } = useConnection(id)
  const above = [{ path: '/connections', title: text.above }]
  if (gone) {
    return (
      <>
        <PageHead title={text.titleUnknown(id)} above={above} />
        <Empty icon={<SearchX size={22} />} title={text.gone}>
          <p>{text.goneHint}</p>
          <Button component={AppLink} to="/connections" variant="default">
            {text.goneLink}
          </Button>
        </Empty>
      </>
    )
  }
  if (info === undefined) {
    return (
      <>
        <PageHead title={text.titleUnknown(id)} above={above} />
        <Answer of={{ ...detail, data: undefined }} outline={<Outline />}>
          {() => null}
        </Answer>
      </>
    )
  }
  return <Known info={info} detail={detail} />
}

function Outline() {
  return (
    <div className={styles.summary}>
      <Skeleton height={420} radius="lg" />
      <div className={styles.column}>
        <Skeleton height={203} radius="lg" />
        <Skeleton height={203} radius="lg" />
      </div>
    </div>
  )
}

function Known({ info, detail }: { info: ConnectionInfo; detail: ReturnType<typeof useConnection>['detail'] }) {
  const { id } = info
  const [asked, setTab] = useSearchParam('tab', { push: true })
  const tab = tabs.find((name) => name === asked) ?? 'summary'
  const [closing, setClosing] = useState(false)
  const tap = useTap(id)
  const points = useCourse(id)
  const mayClose = useMayChange() && info.state === 'open'
  const show = (name: Tab) => setTab(name === 'summary' ? '' : name)
  useKey('why', () => show('why'), useSettled())
  useKey('messages', () => show('messages'))
  useKey('close', () => setClosing(true), mayClose)
  return (
    <>
      <PageHead
        title={titleOf(info)}
        above={[{ path: '/connections', title: text.above }]}
        badge={<StateBadge state={info.state} />}
        purpose={<Age info={info} />}
        actions={
          <>
            <Neighbours id={id} />
            {mayClose && (
              <Button color="red" variant="light" leftSection={<X size={16} />} onClick={() => setClosing(true)}>
                {text.close}
              </Button>
            )}
          </>
        }
      />
      <TapBanner tap={tap} />
      <Tabs value={tab} onChange={(name) => show((name ?? 'summary') as Tab)} keepMounted={false}>
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="summary" className={styles.panel}>
          <Summary info={info} detail={detail} points={points} />
        </Tabs.Panel>
        <Tabs.Panel value="why" className={styles.panel}>
          <Why info={info} />
        </Tabs.Panel>
        <Tabs.Panel value="messages" className={styles.panel}>
          <MessagesTab info={info} tap={tap} />
        </Tabs.Panel>
      </Tabs>
      {closing && (
        <Suspense>
          <CloseDialog ids={[id]} onClose={() => setClosing(false)} />
        </Suspense>
      )}
    </>
  )
}

/** False in the first moment: the frame around has the same key, and who comes last has it. */
function useSettled(): boolean {
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true))
    return () => clearTimeout(timer)
  }, [])
  return settled
}

function titleOf({ user, peer, service }: ConnectionInfo): string {
  return text.title(oneLine(user ?? peer), oneLine(service))
}

function Age({ info: { id, state, openedAt, ending } }: { info: ConnectionInfo }) {
  const now = useNow()
  const sentence =
    ending === null
      ? text.openFor(formatAge(now - openedAt))
      : state === 'refused'
        ? text.refusedAt(ago(now - ending.at))
        : text.lasted(formatAge(ending.at - openedAt))
  return (
    <span className={styles.age}>
      <span className="num">{sentence}</span>
      <span aria-hidden="true">·</span>
      <span className="mono">{id}</span>
      <Copyable value={id} label={text.copyId} />
    </span>
  )
}

function Neighbours({ id }: { id: string }) {
  const { newer, older } = useNeighbours(id)
  const [tab] = useSearchParam('tab')
  const navigate = useNavigate()
  const go = (to: string | null) => {
    // The router's types know no addresses: pages come from a catalog.
    if (to !== null) void navigate({ to: `/connections/${encodeURIComponent(to)}`, search: { tab } as never })
  }
  useKey('previousDetail', () => go(newer))
  useKey('nextDetail', () => go(older))
  return (
    <ActionIcon.Group>
      <Tooltip label={text.previous}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={text.previous}
          disabled={newer === null}
          onClick={() => go(newer)}
        >
          <ChevronUp size={17} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={text.next}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={text.next}
          disabled={older === null}
          onClick={() => go(older)}
        >
          <ChevronDown size={17} />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  )
}
