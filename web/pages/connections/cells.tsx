import type { ReactNode } from 'react'

import type { ConnectionInfo, Traffic } from '../../../shared/connection.ts'
import { formatAge, formatBytes, formatLatency } from '../../../shared/units.ts'
import type { Row } from '../../live/live-store.ts'
import { ratesOf } from '../../live/rates.ts'
import { messages } from '../../messages.ts'

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
  const met = info.target !== '' // else it was refused before its codec mattered
  const kind = met ? [info.codec, info.view].filter(Boolean).join(' · ') : ''
  return (
    <Two
      first={<span className="strong">{info.service}</span>}
      second={kind}
      title={`${info.service}\n${info.target}`}
    />
  )
}

export function PeerCell({ info }: { info: ConnectionInfo }) {
  const origin = info.origin ?? text.noOrigin
  const title = `${info.peer}\n${info.origin ?? text.noOriginHint}`
  return <Two first={<span className="mono">{info.peer}</span>} second={origin} title={title} />
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

/** Why it ended or was refused: the sentence, and the code for those who look it up. */
export function CauseCell({ info }: { info: ConnectionInfo }) {
  if (info.ending === null) return messages.unknown
  const { detail, code, close } = info.ending
  const number = close < 1000 ? text.statusCode(close) : text.closeCode(close)
  return <Two first={sentence(detail)} second={`${code} · ${number}`} title={detail} />
}

/** The sentence alone, on two lines. */
export function BriefCauseCell({ info }: { info: ConnectionInfo }) {
  const detail = info.ending?.detail ?? messages.unknown
  return (
    <div className="brief" title={detail}>
      {sentence(detail)}
    </div>
  )
}

/** Who and where, when there is little room. */
export function WhoCell({ info }: { info: ConnectionInfo }) {
  return (
    <Two
      first={<span className="strong">{info.service}</span>}
      second={<span className="mono">{info.peer}</span>}
      title={`${info.service}\n${info.peer}`}
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

function sentence(detail: string): string {
  return detail.slice(0, 1).toUpperCase() + detail.slice(1)
}
