import type { ReactNode } from 'react'

import { causes } from '../../../shared/causes.ts'
import type { ConnectionInfo, Ending, Traffic } from '../../../shared/connection.ts'
import { formatAge, formatBytes, formatLatency } from '../../../shared/units.ts'
import type { Row } from '../../live/live-store.ts'
import { ratesOf } from '../../live/rates.ts'
import { messages } from '../../messages.ts'
import { oneLine } from '../../ui/one-line.ts'

const text = messages.connections

/** Two lines in one cell: what matters, and what goes with it. Both are cut at the border, whole in the tip. */
function Two({ first, second, title }: { first: ReactNode; second: ReactNode; title?: string }) {
  return (
    <div className="two" title={title}>
      <div>{first}</div>
      <div className="dim">{second}</div>
    </div>
  )
}

export function ServiceCell({ info }: { info: ConnectionInfo }) {
  const met = info.target !== '' && info.ending?.code !== 'no-service' // else it was refused before its codec mattered
  const kind = met ? [info.codec, info.view].filter(Boolean).join(' · ') : ''
  const name = oneLine(info.service)
  return <Two first={<span className="strong">{name}</span>} second={kind} title={`${name}\n${oneLine(info.target)}`} />
}

/** Whose connection it is and from where; the page that opened it goes with it. */
export function PeerCell({ info }: { info: ConnectionInfo }) {
  const origin = info.origin === null ? null : oneLine(info.origin)
  const peer = oneLine(info.peer)
  const from = <span className="mono">{peer}</span>
  const page = origin ?? text.noOrigin
  const tip = [peer, origin ?? text.noOriginHint]
  if (info.user === null) return <Two first={from} second={page} title={tip.join('\n')} />
  const user = oneLine(info.user)
  return (
    <Two
      first={<span className="strong">{user}</span>}
      second={
        <>
          {from} · {page}
        </>
      }
      title={[user, ...tip].join('\n')}
    />
  )
}

/** The rule that decided; all that matched are in the tip. */
export function RuleCell({ info: { rules, policy } }: { info: ConnectionInfo }) {
  const id = rules.at(-1)
  if (id === undefined) return <span className="dim">{messages.unknown}</span>
  const shown = id.startsWith('default-') ? text.defaultRule : oneLine(id)
  return (
    <span className="mono dim" title={text.rulesHint(rules.map(oneLine), policy)}>
      {shown}
    </span>
  )
}

export function TrafficCell({ traffic, rate }: { traffic: Traffic; rate: number }) {
  const speed = rate < 1 ? <span className="dim">{text.idle}</span> : text.rate(formatBytes(rate))
  return (
    <Two
      first={speed}
      second={text.totals(traffic.messages, formatBytes(traffic.bytes))}
      title={`${traffic.bytes} B`}
    />
  )
}

export function TotalsCell({ info }: { info: ConnectionInfo }) {
  return (
    <Two
      first={text.toService(text.totals(info.up.messages, formatBytes(info.up.bytes)))}
      second={text.toClient(text.totals(info.down.messages, formatBytes(info.down.bytes)))}
    />
  )
}

/** A value for each direction; one dash when there is neither. */
export function BothWays(props: { toClient: number; toService: number; format: (value: number) => string }) {
  const { toClient, toService, format } = props
  if (toClient === 0 && toService === 0) return <span className="dim">{messages.unknown}</span>
  const one = (value: number) => (value === 0 ? messages.unknown : format(value))
  return <Two first={text.toService(one(toService))} second={text.toClient(one(toClient))} />
}

export function PingCell({ info }: { info: ConnectionInfo }) {
  if (info.pingMs === null)
    return (
      <span className="dim" title={text.noPing}>
        {messages.unknown}
      </span>
    )
  return formatLatency(info.pingMs)
}

/** Why it ended or was refused: in short, with the code for those who look it up, then the particulars on two lines. */
export function CauseCell({ info }: { info: ConnectionInfo }) {
  if (info.ending === null) return messages.unknown
  const { code, close } = info.ending
  const { title, detail } = told(info.ending)
  const number = close < 1000 ? text.statusCode(close) : text.closeCode(close)
  const looked = <span className="dim">{`${code} · ${number}`}</span>
  if (detail === null) return <Two first={title} second={looked} title={title} />
  return (
    <div className="cause" title={detail}>
      <div className="cause-head">
        <span>{title}</span> {looked}
      </div>
      <div className="cause-detail">{detail}</div>
    </div>
  )
}

/** Why, in little room: in short, and as much of the particulars as fits. */
export function BriefCauseCell({ info }: { info: ConnectionInfo }) {
  if (info.ending === null) return messages.unknown
  const { title, detail } = told(info.ending)
  return (
    <div className="brief" title={detail ?? title}>
      {title}
      {detail !== null && <span className="dim"> · {detail}</span>}
    </div>
  )
}

/** Who and where, when there is little room. */
export function WhoCell({ info }: { info: ConnectionInfo }) {
  const [name, peer] = [oneLine(info.service), oneLine(info.peer)]
  const user = info.user === null ? null : oneLine(info.user)
  return (
    <Two
      first={<span className="strong">{name}</span>}
      second={
        <>
          {user !== null && `${user} · `}
          <span className="mono">{peer}</span>
        </>
      }
      title={[name, user, peer].filter((part) => part !== null).join('\n')}
    />
  )
}

/** How fast, and for how long, when there is little room. */
export function LiveCell({ row, now }: { row: Row; now: number }) {
  const { up, down } = ratesOf(row.samples, now)
  return (
    <Two
      first={
        up + down < 1 ? (
          <span className="dim">{text.idle}</span>
        ) : (
          [
            up >= 0.5 && text.toService(text.rate(formatBytes(up))),
            down >= 0.5 && text.toClient(text.rate(formatBytes(down))),
          ]
            .filter(Boolean)
            .join(' ')
        )
      }
      second={formatAge(now - row.info.openedAt)}
    />
  )
}

/** The cause in short, and its particulars where they say more. */
function told({ code, detail }: Ending): { title: string; detail: string | null } {
  // A later gateway may know causes that this page does not.
  const title = (causes as Partial<typeof causes>)[code]?.title ?? code
  const more = oneLine(detail.slice(0, 1).toUpperCase() + detail.slice(1))
  return { title, detail: more === '' || more === title ? null : more }
}
