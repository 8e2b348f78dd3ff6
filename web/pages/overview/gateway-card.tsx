import { Card, Skeleton, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import type { StatusInfo } from '../../../shared/connection.ts'
import { formatAge, formatDuration } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import { Command } from '../../ui/command.tsx'
import { useNow } from '../../ui/use-now.ts'

/** What runs. */
export function GatewayCard({ status }: { status: StatusInfo | null }) {
  return (
    <Card component="section" aria-labelledby="gateway-title" className="gateway-card">
      <Title order={2} id="gateway-title">
        {messages.gateway.title}
      </Title>
      {status === null ? <Placeholder /> : <Facts status={status} />}
    </Card>
  )
}

function Facts({ status }: { status: StatusInfo }) {
  const now = useNow()
  const text = messages.gateway
  return (
    <dl className="facts">
      <Fact name={text.listeners}>
        {status.listeners.length === 0 && text.noListeners}
        {status.listeners.map((url) => (
          <Command key={url} text={url} label={text.copyListener(url)} />
        ))}
      </Fact>
      <Fact name={text.rundir}>
        <span className="mono wrap">{status.rundir}</span>
      </Fact>
      <Fact
        name={text.uptime}
        note={text.uptimeSince(
          new Date(status.startedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
        )}
      >
        <span className="num">{formatAge(now - status.startedAt)}</span>
      </Fact>
      <Fact name={text.timer} note={status.timerMs === 0 ? undefined : text.timerNote}>
        <span className="num">{status.timerMs === 0 ? text.timerOff : formatDuration(status.timerMs)}</span>
      </Fact>
      <Fact name={text.version} note={text.pid(status.pid)}>
        {status.version}
      </Fact>
    </dl>
  )
}

function Fact({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {note !== undefined && <span className="fact-note">{note}</span>}
      </dd>
    </div>
  )
}

function Placeholder() {
  return (
    <div className="late" aria-hidden="true">
      {[80, 60, 70, 50].map((width) => (
        <Skeleton key={width} height={14} width={`${width}%`} mt="md" />
      ))}
    </div>
  )
}
