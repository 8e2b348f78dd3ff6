import { TriangleAlert } from 'lucide-react'

import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/overview.ts'
import { useStatus } from '../../snippets/use-base.ts'
import { Notice } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { AttentionCard } from './attention-card.tsx'
import { FirstSteps } from './first-steps.tsx'
import { FlowCard } from './flow-card.tsx'
import { GatewayFacts } from './gateway-facts.tsx'
import { Numbers } from './numbers.tsx'
import { useNewcomer } from './use-newcomer.ts'
import { useOverview } from './use-overview.ts'

import styles from './overview.module.css'

/** The first page: the numbers, what wants a look, and who reaches what. */
export function OverviewPage() {
  const denied = useLive().link.type === 'denied'
  const head = <PageHead title={text.title} purpose={text.purpose} />
  if (denied) return head
  return (
    <>
      {head}
      <Content />
    </>
  )
}

function Content() {
  const overview = useOverview()
  const status = useStatus()
  const newcomer = useNewcomer()
  return (
    <>
      {status.data?.state === 'draining' && (
        <Notice tone="warning" icon={<TriangleAlert size={20} />} title={messages.link.draining}>
          <p>{messages.link.drainingHint}</p>
        </Notice>
      )}
      <Numbers answer={overview.data} />
      <div className={styles.pair}>
        {newcomer ? <FirstSteps /> : <AttentionCard of={overview} />}
        <GatewayFacts of={status} />
      </div>
      {newcomer ? <AttentionCard of={overview} /> : <FlowCard />}
    </>
  )
}
