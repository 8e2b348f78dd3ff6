import { Badge, Card, Title } from '@mantine/core'
import { CircleAlert, PlugZap } from 'lucide-react'

import type { ServiceInfo } from '../../../shared/connection.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { Command } from '../../ui/command.tsx'
import { Empty } from '../../ui/empty.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { serviceUrl } from '../../ui/service-url.ts'

/** Fewer services than these leave room to say where others come from. */
const FEW = 3

/** Every service, how it stands, and the command that reaches it. */
export function ServicesCard({ base, rundir }: { base: string | null; rundir: string | null }) {
  const { loaded, services, perService } = useLive()
  const text = messages.services
  return (
    <Card component="section" aria-labelledby="services-title" className="services-card">
      <div className="card-head">
        <Title order={2} id="services-title">
          {text.title}
        </Title>
        {loaded && <span className="dim num">{text.count(services.length)}</span>}
      </div>
      {loaded && services.length === 0 ? (
        <Empty icon={<PlugZap size={22} />} title={text.empty}>
          <p>{text.emptyHint}</p>
          {rundir !== null && <code className="mono wrap">{rundir}</code>}
        </Empty>
      ) : (
        // Scrolls when there are many, so the keyboard must be able to get in.
        <ul className="services" tabIndex={0} aria-label={text.list}>
          {services.map((service) => (
            <ServiceItem key={service.name} service={service} open={perService.get(service.name) ?? 0} base={base} />
          ))}
          {services.length > 0 && services.length < FEW && <li className="services-hint">{text.more}</li>}
        </ul>
      )}
    </Card>
  )
}

function ServiceItem({ service, open, base }: { service: ServiceInfo; open: number; base: string | null }) {
  const text = messages.services
  return (
    <li>
      <div className="service-line">
        <span className="service-name" title={oneLine(service.name)}>
          {oneLine(service.name)}
        </span>
        <span className="service-facts">
          <Badge variant="light" color="gray" size="sm">
            {service.codec}
          </Badge>
          <span className="service-from" title={text.fromHint[service.from]}>
            {text.from[service.from]}
          </span>
          <span className="grow" />
          <span className="dim num nowrap">{text.open(open)}</span>
        </span>
      </div>
      {service.lastError !== null && (
        <p className="service-error" title={oneLine(service.lastError)}>
          <CircleAlert size={14} aria-hidden="true" />
          <span>{text.lastError(oneLine(service.lastError))}</span>
        </p>
      )}
      {base !== null && (
        <Command text={text.command(serviceUrl(base, service.name))} label={text.copyCommand(service.name)} />
      )}
    </li>
  )
}
