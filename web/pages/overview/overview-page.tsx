import { Title } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'

import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { Notice } from '../../ui/notice.tsx'
import { reachableListener } from '../../ui/service-url.ts'
import { Connections } from '../connections/connections.tsx'
import { TryIt } from '../try-it/try-it.tsx'
import { GatewayCard } from './gateway-card.tsx'
import { ServicesCard } from './services-card.tsx'
import { StatCards } from './stat-cards.tsx'
import { useStatus } from './use-status.ts'

/** The first page: what runs, its services, a place to try them, and who is connected right now. */
export function OverviewPage() {
  const { link } = useLive()
  const status = useStatus(link.type)
  const base = reachableListener(status?.listeners ?? [])
  const head = (
    <div className="page-head">
      <Title order={1}>{messages.overview.title}</Title>
      <p className="dim">{messages.overview.purpose}</p>
    </div>
  )
  if (link.type === 'denied') return head
  return (
    <>
      {head}
      {status?.state === 'draining' && (
        <Notice tone="warning" icon={<TriangleAlert size={20} />} title={messages.link.draining}>
          <p>{messages.link.drainingHint}</p>
        </Notice>
      )}
      {status !== null && status.warnings.length > 0 && (
        <Notice tone="warning" icon={<TriangleAlert size={20} />} title={messages.gateway.warnings}>
          {status.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Notice>
      )}
      <StatCards />
      <div className="columns">
        <GatewayCard status={status} />
        <ServicesCard base={base} rundir={status?.rundir ?? null} />
        <TryIt base={base} known={status !== null} />
      </div>
      <Connections base={base} />
    </>
  )
}
