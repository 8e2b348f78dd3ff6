import { Card, Title } from '@mantine/core'
import { useId } from 'react'
import type { ReactNode } from 'react'

import { causes } from '../../../shared/causes.ts'
import type { ConnectionInfo, Ending } from '../../../shared/connection.ts'
import { formatLatency } from '../../../shared/units.ts'
import { text as messages } from '../../messages/connection.ts'
import { AppLink, servicePath } from '../../ui/app-link.tsx'
import { Copyable } from '../../ui/copy-button.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { When } from '../../ui/when.tsx'

import styles from './connection.module.css'

const text = messages.facts

/** All that is known of a connection, in two columns. */
export function Facts({ info }: { info: ConnectionInfo }) {
  const heading = useId()
  const { rules, ending, paused, queued } = info
  const decided = rules.at(-1)
  return (
    <Card component="section" aria-labelledby={heading}>
      <Title order={2} id={heading}>
        {text.title}
      </Title>
      <dl className={styles.facts}>
        <Fact name={text.client} mono>
          {oneLine(info.peer)}
        </Fact>
        <Fact name={text.user}>{info.user === null ? <Dim>{text.noUser}</Dim> : oneLine(info.user)}</Fact>
        <Fact name={text.origin} mono={info.origin !== null}>
          {info.origin === null ? <Dim>{text.noOrigin}</Dim> : oneLine(info.origin)}
        </Fact>
        <Fact name={text.service}>
          <AppLink to={servicePath(info.service)}>{oneLine(info.service)}</AppLink>
        </Fact>
        <Fact name={text.target} mono={info.target !== ''}>
          {info.target === '' ? <Dim>{text.noTarget}</Dim> : oneLine(info.target)}
        </Fact>
        <Fact name={text.listener} mono>
          {info.listener}
        </Fact>
        <Fact name={text.view}>{info.view}</Fact>
        <Fact name={text.codec}>{info.codec === '' ? <Dim>–</Dim> : info.codec}</Fact>
        <Fact name={text.rule}>
          {decided === undefined ? (
            <Dim>–</Dim>
          ) : (
            <>
              <AppLink to={`/connections/${encodeURIComponent(info.id)}?tab=why`}>{decided}</AppLink>
              {rules.length > 1 && <Dim> {text.ruleBefore(rules.slice(0, -1))}</Dim>}
            </>
          )}
        </Fact>
        <Fact name={text.policy}>{info.policy === 0 ? <Dim>{text.noPolicy}</Dim> : info.policy}</Fact>
        <Fact name={text.opened}>
          <When at={info.openedAt} exact />
        </Fact>
        {ending !== null && (
          <Fact name={text.ended}>
            <When at={ending.at} exact />
          </Fact>
        )}
        {ending !== null && <Cause ending={ending} />}
        <Fact name={text.up} title={text.trafficTip(info.up.bytes)}>
          {text.traffic(info.up.messages, info.up.bytes)}
        </Fact>
        <Fact name={text.down} title={text.trafficTip(info.down.bytes)}>
          {text.traffic(info.down.messages, info.down.bytes)}
        </Fact>
        {ending === null && (
          <>
            <Fact name={text.queue}>{text.queued(queued.toClient, queued.toService)}</Fact>
            <Fact name={text.ping}>{info.pingMs === null ? <Dim>{text.noPing}</Dim> : formatLatency(info.pingMs)}</Fact>
          </>
        )}
        <Fact name={text.paused}>{text.pausedFor(spell(paused.client), spell(paused.service))}</Fact>
        <Fact name={text.id} mono>
          {info.id} <Copyable value={info.id} label={messages.copyId} />
        </Fact>
      </dl>
    </Card>
  )
}

function spell(ms: number): string | null {
  return ms === 0 ? null : formatLatency(ms)
}

/** In words, with the code for those who look it up. */
function Cause({ ending: { code, close, detail } }: { ending: Ending }) {
  // A later gateway may know causes that this page does not.
  const title = (causes as Partial<typeof causes>)[code]?.title ?? code
  const more = oneLine(detail.slice(0, 1).toUpperCase() + detail.slice(1))
  return (
    <Fact name={text.cause} wide>
      <span className="strong">{title}</span> <Dim>{close < 1000 ? text.status(close) : text.closeCode(close)}</Dim>
      {more !== '' && more !== title && <div>{more}</div>}
    </Fact>
  )
}

interface FactProps {
  readonly name: string
  readonly mono?: boolean
  readonly wide?: boolean
  readonly title?: string
  readonly children: ReactNode
}

function Fact({ name, mono = false, wide = false, title, children }: FactProps) {
  return (
    <div data-wide={wide || undefined} data-mono={mono || undefined}>
      <dt>{name}</dt>
      <dd className={mono ? 'mono wrap num' : 'wrap num'} title={title}>
        {children}
      </dd>
    </div>
  )
}

function Dim({ children }: { children: ReactNode }) {
  return <span className="dim">{children}</span>
}
