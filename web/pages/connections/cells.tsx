import { ArrowDownToLine, ArrowUpFromLine, CornerDownRight } from 'lucide-react'
import type { ReactNode } from 'react'

import { causes } from '../../../shared/causes.ts'
import type { ConnectionInfo, Ending, Traffic } from '../../../shared/connection.ts'
import { formatAge, formatBytes, formatLatency } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/connections.ts'
import { oneLine } from '../../ui/one-line.ts'
import type { RuleName } from './rule-names.ts'
import { shownState, StateBadge } from './state-badge.tsx'

import styles from './connections.module.css'

/** Two lines in one cell: what matters, and what goes with it. Both are cut at the border, whole in the tip. */
function Two({ first, second, title }: { first: ReactNode; second: ReactNode; title?: string }) {
  return (
    <div className={styles.two} title={title}>
      <div>{first}</div>
      <div className={styles.second}>{second}</div>
    </div>
  )
}

export const Dash = () => <span className="dim">{messages.unknown}</span>

/** The name of the service; below it where it was sent, with an arrow when a rule redirected it. */
export function ServiceCell({ info, redirected = false }: { info: ConnectionInfo; redirected?: boolean }) {
  const name = oneLine(info.service)
  const target = oneLine(info.target)
  const met = info.target !== '' && info.ending?.code !== 'no-service' // else it was refused before its codec mattered
  const kind = met ? [info.codec, info.view].filter(Boolean).join(' · ') : ''
  const second = redirected ? (
    <>
      <CornerDownRight size={12} className={styles.arrow} aria-hidden="true" />
      {target}
    </>
  ) : (
    kind
  )
  const tip = redirected ? text.redirectedTo(target) : target
  return <Two first={<span className="strong">{name}</span>} second={second} title={`${name}\n${tip}`} />
}

/** Who: the identity, else the address; the whole name in one line. */
export function clientName({ user, peer }: ConnectionInfo): string {
  return oneLine(user ?? peer)
}

/** Whose connection it is and from where. The name leads to its page. */
export function ClientCell({ info, tabIndex }: { info: ConnectionInfo; tabIndex: number }) {
  const peer = oneLine(info.peer)
  return (
    <Two
      first={
        <a className={styles.open} href={`/connections/${encodeURIComponent(info.id)}`} tabIndex={tabIndex}>
          {info.user === null ? <span className="mono">{peer}</span> : oneLine(info.user)}
        </a>
      }
      second={info.user === null ? text.nobody : <span className="mono">{peer}</span>}
      title={info.user === null ? peer : `${oneLine(info.user)}\n${peer}`}
    />
  )
}

/** The rule that decided, by number and name; leads to every step of the decision. All that matched are in the tip. */
export function RuleCell({ info, rule, tabIndex }: { info: ConnectionInfo; rule: RuleName; tabIndex: number }) {
  const { id, rules, policy } = info
  const href = `/connections?explain=${encodeURIComponent(id)}`
  return (
    <Two
      first={
        <a
          className={styles.link}
          href={href}
          data-why={id}
          tabIndex={tabIndex}
          aria-label={`${rule.name}. ${text.why(id)}`}
        >
          {rule.name}
        </a>
      }
      second={rule.detail}
      title={rules.length === 0 ? text.why(id) : text.rulesHint(rules.map(oneLine), policy)}
    />
  )
}

export function TrafficCell({ traffic, rate }: { traffic: Traffic; rate: number }) {
  const speed = rate < 1 ? <span className="dim">{text.idle}</span> : text.rate(formatBytes(rate))
  return (
    <Two first={speed} second={formatBytes(traffic.bytes)} title={text.exactTotal(traffic.messages, traffic.bytes)} />
  )
}

/** Totals of one direction, for connections that are over. */
export function TotalCell({ traffic }: { traffic: Traffic }) {
  if (traffic.messages === 0 && traffic.bytes === 0) return <Dash />
  return <span title={text.exactTotal(traffic.messages, traffic.bytes)}>{formatBytes(traffic.bytes)}</span>
}

/** Bytes that wait, each direction with a bar to the limit, where that is known. */
export function QueueCell({ info: { queued }, limit }: { info: ConnectionInfo; limit: number | null }) {
  const { toClient, toService } = queued
  if (toClient === 0 && toService === 0) return <Dash />
  const tip = [text.exactQueue(toService, toClient), limit === null ? '' : text.hints.queueOf(formatBytes(limit))]
  return (
    <div className={styles.queue} title={tip.filter(Boolean).join('\n')}>
      <QueueBar bytes={toService} limit={limit} label={text.toService} icon={<ArrowUpFromLine size={12} />} />
      <QueueBar bytes={toClient} limit={limit} label={text.toClient} icon={<ArrowDownToLine size={12} />} />
    </div>
  )
}

interface QueueBarProps {
  readonly bytes: number
  readonly limit: number | null
  readonly label: (value: string) => string
  readonly icon: ReactNode
}

function QueueBar({ bytes, limit, label, icon }: QueueBarProps) {
  const value = bytes === 0 ? text.empties : formatBytes(bytes)
  return (
    <div className={styles.queueBar} aria-label={label(value)} role="img">
      {icon}
      <span className={styles.meter}>
        {bytes > 0 && <span style={{ width: `${limit === null ? 50 : Math.min(100, (bytes / limit) * 100)}%` }} />}
      </span>
      <span>{value}</span>
    </div>
  )
}

export function PausedCell({ info: { paused } }: { info: ConnectionInfo }) {
  if (paused.client === 0 && paused.service === 0) return <Dash />
  const [client, service] = [formatLatency(paused.client), formatLatency(paused.service)]
  return <span title={text.pausedBoth(client, service)}>{formatLatency(Math.max(paused.client, paused.service))}</span>
}

export function PingCell({ info: { pingMs } }: { info: ConnectionInfo }) {
  if (pingMs !== null) return formatLatency(pingMs)
  return (
    <span className="dim" title={text.noPing}>
      {messages.unknown}
    </span>
  )
}

export function OriginCell({ info: { origin } }: { info: ConnectionInfo }) {
  if (origin !== null) return <span title={oneLine(origin)}>{oneLine(origin)}</span>
  return (
    <span className="dim" title={text.noOriginHint}>
      {text.noOrigin}
    </span>
  )
}

/** Why it ended or was refused: in short, with the code for those who look it up, then the particulars on two lines. */
export function CauseCell({ info }: { info: ConnectionInfo }) {
  if (info.ending === null) return <Dash />
  const { code, close } = info.ending
  const { title, detail } = told(info.ending)
  const looked = `${code} · ${closeWord(close)}`
  if (detail === null) return <Two first={title} second={looked} title={title} />
  return (
    <div title={`${title}\n${detail}`}>
      <div className={styles.causeHead}>
        <span>{title}</span>
        <span className="dim">{looked}</span>
      </div>
      <div className={styles.causeDetail}>{detail}</div>
    </div>
  )
}

/** The close code, or the status of a refusal by HTTP. */
export function closeWord(close: number): string {
  return close < 1000 ? text.statusCode(close) : text.closeCode(close)
}

interface LinesCellProps {
  readonly info: ConnectionInfo
  readonly now: number
  readonly tabIndex: number
}

/** All that matters in two lines, where there is no room for columns: who and where, then how it stands. */
export function LinesCell({ info, now, tabIndex }: LinesCellProps) {
  const waiting = info.queued.toClient + info.queued.toService
  const over = info.ending === null ? null : told(info.ending)
  return (
    <>
      <div className={styles.lineOne}>
        <a className={styles.open} href={`/connections/${encodeURIComponent(info.id)}`} tabIndex={tabIndex}>
          {clientName(info)}
        </a>
        <span>{oneLine(info.service)}</span>
      </div>
      <div className={styles.lineTwo}>
        <StateBadge state={shownState(info)} />
        {over === null ? (
          <>
            <span className="num">{formatAge(now - info.openedAt)}</span>
            <span className={styles.flex}>{waiting === 0 ? '' : text.queued(formatBytes(waiting))}</span>
          </>
        ) : (
          <>
            <span className="num">{text.ago(now - (info.ending?.at ?? info.openedAt))}</span>
            <span className={styles.flex} title={over.detail ?? over.title}>
              {over.title}
            </span>
          </>
        )}
      </div>
    </>
  )
}

/** The cause in short, and its particulars where they say more. */
export function told({ code, detail }: Ending): { title: string; detail: string | null } {
  // A later gateway may know causes that this page does not.
  const title = (causes as Partial<typeof causes>)[code]?.title ?? code
  const more = oneLine(detail.slice(0, 1).toUpperCase() + detail.slice(1))
  return { title, detail: more === '' || more === title ? null : more }
}
