import { Card, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import type { StatusInfo } from '../../../shared/connection.ts'
import { formatAge } from '../../../shared/units.ts'
import { text } from '../../messages/overview.ts'
import type { useStatus } from '../../snippets/use-base.ts'
import { Answer } from '../../ui/answer.tsx'
import { Command } from '../../ui/command.tsx'
import { useNow } from '../../ui/use-now.ts'

import styles from './overview.module.css'

/** What runs, in short. */
export function GatewayFacts({ of }: { of: ReturnType<typeof useStatus> }) {
  return (
    <Card component="section" aria-labelledby="gateway-title" className={styles.gateway}>
      <Title order={2} id="gateway-title">
        {text.gateway}
      </Title>
      <Answer of={of}>{(status: StatusInfo) => <Facts status={status} />}</Answer>
    </Card>
  )
}

function Facts({ status }: { status: StatusInfo }) {
  const now = useNow()
  return (
    <dl className={styles.facts}>
      <Fact name={text.listeners}>
        {status.listeners.length === 0 && text.noListeners}
        {status.listeners.map((url) => (
          <Command key={url} text={url} label={text.copyListener(url)} />
        ))}
      </Fact>
      <Fact name={text.rundir}>
        <span className="mono wrap">{status.rundir}</span>
      </Fact>
      <Fact name={text.uptime}>
        <span className="num" title={new Date(status.startedAt).toISOString()}>
          {formatAge(now - status.startedAt)}
        </span>
      </Fact>
      <Fact name={text.gatewayVersion}>
        <span>
          {status.version} <span className="dim">{text.pid(status.pid)}</span>
        </span>
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
