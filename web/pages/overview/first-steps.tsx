import { Button, Card, Title, VisuallyHidden } from '@mantine/core'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

import { formatRule } from '../../../shared/policy/line-format.ts'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/overview.ts'
import { text as servicesText } from '../../messages/services.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { useAccount } from '../../session/use-session.ts'
import { useBase } from '../../snippets/use-base.ts'
import { AppLink } from '../../ui/app-link.tsx'
import { Command } from '../../ui/command.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { preferredService } from '../../ui/preferred-service.ts'
import { serviceUrl } from '../../ui/service-url.ts'
import { EchoButton } from '../services/echo-button.tsx'

import styles from './overview.module.css'

const { first } = text

/** Names told of the services that are there. */
const NAMED = 3
const RULE = 'allow in * loopback'

/** What is between a fresh gateway and a first connection, for who has never had one. */
export function FirstSteps() {
  const { services, policy } = useLive()
  const { base } = useDraft()
  const url = useBase()
  const { role } = useAccount()
  const service = preferredService(services)
  const rule = [...(policy?.fixed.rules ?? []), ...base.document.rules].find(
    ({ enabled, action, direction }) => enabled && action === 'allow' && direction === 'in',
  )
  const names = services.slice(0, NAMED).map(({ name }) => oneLine(name))
  return (
    <Card component="section" aria-labelledby="first-title">
      <Title order={2} id="first-title">
        {first.title}
      </Title>
      <ol className={styles.steps}>
        <Step title={first.service} done={service !== undefined}>
          <p>{service === undefined ? first.serviceToDo : first.serviceDone(names.join(', '))}</p>
          {service === undefined && role === 'admin' && (
            <div className={styles.stepButtons}>
              <Button component={AppLink} to="/services?find=1" size="xs" variant="default">
                {first.serviceFind}
              </Button>
              <EchoButton label={servicesText.startEcho} size="xs" />
            </div>
          )}
        </Step>
        <Step title={first.rule} done={rule !== undefined}>
          {rule === undefined ? (
            <>
              <p>{first.ruleToDo}</p>
              <Command text={`sockgate rules add "${RULE}"`} label={first.copy} />
              <div className={styles.stepButtons}>
                <Button
                  component={AppLink}
                  to={`/rules/firewall?${new URLSearchParams({ edit: 'new', line: RULE })}`}
                  size="xs"
                  variant="default"
                >
                  {first.ruleMake}
                </Button>
              </div>
            </>
          ) : (
            <p>{first.ruleDone(formatRule(rule))}</p>
          )}
        </Step>
        <Step title={first.connect} done={false}>
          {service === undefined || url === undefined || url === null ? (
            <p>{first.connectWait}</p>
          ) : (
            <>
              <p>{first.connectToDo}</p>
              <Command text={`websocketc ${serviceUrl(url, service)}`} label={first.copy} />
              <div className={styles.stepButtons}>
                <Button component={AppLink} to={`/try?${new URLSearchParams({ service, connect: '1' })}`} size="xs">
                  {first.tryIt}
                </Button>
              </div>
            </>
          )}
        </Step>
      </ol>
    </Card>
  )
}

function Step({ title, done, children }: { title: string; done: boolean; children: ReactNode }) {
  return (
    <li data-done={done || undefined}>
      <span className={styles.stepMark} aria-hidden="true">
        {done && <Check size={15} />}
      </span>
      <div className={styles.stepText}>
        <p className="strong">
          {title} <VisuallyHidden>{done ? first.done : first.toDo}</VisuallyHidden>
        </p>
        {children}
      </div>
    </li>
  )
}
