import { Card, Title } from '@mantine/core'
import { CircleAlert } from 'lucide-react'

import type { ServiceBody } from '../../../shared/api.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { formatBytes, formatCount } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import { text as all } from '../../messages/services.ts'
import { Command } from '../../ui/command.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { When } from '../../ui/when.tsx'
import { kindOf } from '../services/service-rows.ts'
import { ServiceState } from '../services/service-state.tsx'
import { Fact, Facts } from './facts.tsx'

import styles from './service.module.css'

const text = all.page

interface SettingsCardProps {
  readonly service: ServiceInfo
  /** What the dashboard's entry says; null for services that are defined elsewhere. */
  readonly entry: ServiceBody | null
  readonly url: string | null
}

/** What the service is set to, and how it stands. */
export function SettingsCard({ service, entry, url }: SettingsCardProps) {
  const { target, codec, state, since, lastError } = service
  return (
    <Card component="section" aria-labelledby="settings-title">
      <Title order={2} id="settings-title" mb="sm">
        {text.settings}
      </Title>
      {lastError !== null && (
        <p className={styles.lastError}>
          <CircleAlert size={16} aria-hidden="true" />
          <span className="wrap">{messages.sentence(oneLine(lastError))}</span>
        </p>
      )}
      <Facts>
        <Fact name={all.columns.state}>
          <ServiceState state={state} />{' '}
          {since > 0 && (
            <span className="dim">
              <When at={since} />
            </span>
          )}
        </Fact>
        {url !== null && (
          <Fact name={text.address}>
            <Command text={url} label={text.copyAddress} />
          </Fact>
        )}
        <Fact name={text.target}>
          <span className="mono wrap">{oneLine(target)}</span> <span className="dim">{kindOf(target)}</span>
        </Fact>
        <Fact name={text.framing}>{codec}</Fact>
        {entry !== null && <EntryFacts entry={entry} />}
      </Facts>
    </Card>
  )
}

/** What only an entry of the dashboard tells. */
function EntryFacts({ entry }: { entry: ServiceBody }) {
  const { maxMessage, maxConnections } = entry
  const size = typeof maxMessage === 'number' ? formatBytes(maxMessage) : maxMessage
  return (
    <>
      <Fact name={text.messages}>{entry.text ? text.asText : text.asBytes}</Fact>
      <Fact name={text.maxMessage}>{size ?? <span className="dim">{text.ofGateway}</span>}</Fact>
      <Fact name={text.maxConnections}>
        {maxConnections === undefined ? <span className="dim">{text.noLimit}</span> : formatCount(maxConnections)}
      </Fact>
    </>
  )
}
