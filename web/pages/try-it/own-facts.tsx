import { Button, Card, Title } from '@mantine/core'
import { ExternalLink, Radio } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import { formatAge, formatLatency } from '../../../shared/units.ts'
import { useLive, useLiveStore } from '../../live/use-live.ts'
import { text as messages } from '../../messages/try-it.ts'
import { AppLink, connectionsPath, filterWord } from '../../ui/app-link.tsx'
import { Copyable } from '../../ui/copy-button.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { useNow } from '../../ui/use-now.ts'
import { StateBadge } from '../connections/state-badge.tsx'
import { findOwn } from './find-own.ts'
import type { Opened } from './find-own.ts'
import type { Talk } from './use-talk.ts'

import styles from './try-it.module.css'

const text = messages.own

/** The same connection from the gateway's side, live; also after its end. */
export function OwnFacts({ talk, service }: { talk: Talk; service: string }) {
  const info = useOwn(talk)
  const open = talk.phase === 'open'
  return (
    <Card component="section" aria-labelledby="own-title" className={styles.own}>
      <Title order={2} id="own-title">
        {text.title}
      </Title>
      {info !== null ? (
        <Facts info={info} />
      ) : (
        <div className={styles.nothing}>
          <Radio size={20} aria-hidden="true" />
          <p>{open ? text.looking : text.none}</p>
          {open && <AppLink to={connectionsPath(filterWord('service', service))}>{text.all}</AppLink>}
        </div>
      )}
    </Card>
  )
}

/** The page's own connection among the live ones; null while it is not known which one that is. */
function useOwn({ phase, opened, counts }: Talk): ConnectionInfo | null {
  useLive() // renders again when anything changes
  const store = useLiveStore()
  const [found, setFound] = useState<{ readonly of: Opened; readonly id: string } | null>(null)
  const known = found !== null && found.of === opened
  useEffect(() => {
    if (phase !== 'open' || opened === null || known) return undefined
    const look = () => {
      const open = store.getState().open.map(({ info }) => info)
      const own = findOwn(open, opened, counts())
      if (own !== null) setFound({ of: opened, id: own.id })
    }
    look()
    return store.subscribe(look)
  }, [phase, opened, counts, known, store])
  return known ? (store.find(found.id)?.info ?? null) : null
}

function Facts({ info }: { info: ConnectionInfo }) {
  const now = useNow()
  const { id, state, rules, user, peer, target, up, down, queued, pingMs, openedAt, ending } = info
  const page = `/connections/${encodeURIComponent(id)}`
  return (
    <>
      <dl className={styles.facts}>
        <Fact name={text.state}>
          <StateBadge state={state} />
        </Fact>
        <Fact name={text.age}>{formatAge((ending?.at ?? now) - openedAt)}</Fact>
        <Fact name={text.up}>{text.traffic(up.messages, up.bytes)}</Fact>
        <Fact name={text.down}>{text.traffic(down.messages, down.bytes)}</Fact>
        <Fact name={text.rule}>
          <AppLink to={`${page}?tab=why`}>{rules.at(-1) ?? '–'}</AppLink>
        </Fact>
        <Fact name={text.ping}>{pingMs === null ? <Dim>{text.noPing}</Dim> : formatLatency(pingMs)}</Fact>
        <Fact name={text.queue}>{text.queued(queued.toClient, queued.toService)}</Fact>
        <Fact name={text.user}>{user === null ? <Dim>{text.noUser}</Dim> : oneLine(user)}</Fact>
        <Fact name={text.client} mono>
          {oneLine(peer)}
        </Fact>
        <Fact name={text.target} mono>
          {oneLine(target)}
        </Fact>
        <Fact name={text.id} mono>
          {id} <Copyable value={id} label={text.copyId} />
        </Fact>
      </dl>
      {/* Leaving this page would end the connection. */}
      <Button
        component={AppLink}
        to={page}
        target="_blank"
        variant="default"
        rightSection={<ExternalLink size={15} />}
        title={text.openHint}
      >
        {text.open}
      </Button>
    </>
  )
}

interface FactProps {
  readonly name: string
  readonly mono?: boolean
  readonly children: ReactNode
}

function Fact({ name, mono = false, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={mono ? 'mono wrap' : 'num wrap'}>{children}</dd>
    </div>
  )
}

function Dim({ children }: { children: ReactNode }) {
  return <span className="dim">{children}</span>
}
