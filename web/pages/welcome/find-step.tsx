import { Button, Card, Title } from '@mantine/core'
import { PlugZap, Radio } from 'lucide-react'
import { useState } from 'react'

import type { ServiceInfo } from '../../../shared/connection.ts'
import type { Candidate } from '../../../shared/dashboard.ts'
import { useLive } from '../../live/use-live.ts'
import { text as services } from '../../messages/services.ts'
import { text as all } from '../../messages/welcome.ts'
import { SetupSteps } from '../../session/setup-steps.tsx'
import { useAccount, useMayChange } from '../../session/use-session.ts'
import { useStatus } from '../../snippets/use-base.ts'
import { Answer, Failure, Waiting } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { Command } from '../../ui/command.tsx'
import { Empty } from '../../ui/empty.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { preferredService } from '../../ui/preferred-service.ts'
import { CandidateList } from '../services/candidate-list.tsx'
import { EchoButton } from '../services/echo-button.tsx'
import { RowResult } from '../services/row-result.tsx'
import { defineService } from '../services/service-api.ts'
import { ServiceState } from '../services/service-state.tsx'
import { useCandidates } from '../services/use-candidates.ts'
import { useRowActions } from '../services/use-row-actions.ts'
import type { RowActions } from '../services/use-row-actions.ts'
import { useTask } from '../services/use-task.ts'

import styles from './welcome.module.css'

const text = all.find

/** More are on the page of services. */
const SHOWN = 8

/** Step 3: services that are there, what is found on this machine, or the built-in one. */
export function FindStep({ onChosen }: { onChosen: (name: string) => void }) {
  const { loaded, services: known } = useLive()
  const { role } = useAccount()
  return (
    <div className={styles.page}>
      <SetupSteps now={2} />
      <PageHead
        title={text.title}
        purpose={text.purpose}
        actions={
          <Button component={AppLink} to="/" variant="default">
            {text.skip}
          </Button>
        }
      />
      <Card component="section" aria-labelledby="here-title" padding={0}>
        <Title order={2} id="here-title" className={styles.title}>
          {text.here}
        </Title>
        {!loaded ? <Waiting retry={() => window.location.reload()} /> : <Known services={known} onChosen={onChosen} />}
      </Card>
      {role === 'admin' && <Found onChosen={onChosen} />}
    </div>
  )
}

function Known({ services: known, onChosen }: { services: readonly ServiceInfo[]; onChosen: (name: string) => void }) {
  const actions = useRowActions()
  const { role } = useAccount()
  const preferred = preferredService(known)
  if (known.length === 0) {
    return (
      <Empty icon={<PlugZap size={22} />} title={text.none}>
        <p>{text.noneHint}</p>
        {role === 'admin' && <EchoButton label={services.startEcho} variant="filled" onStarted={onChosen} />}
      </Empty>
    )
  }
  return (
    <>
      <ul className={styles.known}>
        {known.slice(0, SHOWN).map((service) => (
          <Service
            key={service.name}
            service={service}
            preferred={service.name === preferred}
            actions={actions}
            onChosen={onChosen}
          />
        ))}
      </ul>
      {known.length > SHOWN && (
        <p className={styles.more}>
          <AppLink to="/services">{text.more(known.length - SHOWN)}</AppLink>
        </p>
      )}
    </>
  )
}

interface ServiceProps {
  readonly service: ServiceInfo
  /** Whether it is the one to suggest. */
  readonly preferred: boolean
  readonly actions: RowActions
  readonly onChosen: (name: string) => void
}

function Service({ service: { name, target, state }, preferred, actions, onChosen }: ServiceProps) {
  const mayChange = useMayChange()
  const result = actions.resultOf(name)
  return (
    <li>
      <div className={styles.serviceText}>
        <p>
          <span className="strong wrap">{oneLine(name)}</span> <ServiceState state={state} />
        </p>
        <p className="dim mono wrap">{oneLine(target)}</p>
        {result !== undefined && <RowResult result={result} onDismiss={() => actions.dismiss(name)} />}
      </div>
      <div className={styles.buttons}>
        {mayChange && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Radio size={14} />}
            aria-label={services.actions.probeOf(name)}
            onClick={() => actions.probe(name)}
          >
            {services.actions.probe}
          </Button>
        )}
        <Button
          size="xs"
          variant={preferred ? 'filled' : 'default'}
          aria-label={text.useOf(name)}
          onClick={() => onChosen(name)}
        >
          {text.use}
        </Button>
      </div>
    </li>
  )
}

/** What is on this machine besides; it becomes a service when it is chosen. */
function Found({ onChosen }: { onChosen: (name: string) => void }) {
  const found = useCandidates()
  const { busy, error, run } = useTask()
  const [adding, setAdding] = useState('')
  const add = async ({ name, target }: Candidate) => {
    setAdding(target)
    if (await run(() => defineService(name, { target }))) onChosen(name)
  }
  return (
    <Card component="section" aria-labelledby="found-title">
      <Title order={2} id="found-title" mb="sm">
        {text.found}
      </Title>
      {error !== null && <Failure error={error} />}
      <Answer of={found}>
        {({ candidates }) => {
          const others = candidates.filter(({ known }) => !known)
          return (
            <>
              {others.every(({ reachable }) => !reachable) && <Nothing />}
              <CandidateList
                candidates={others}
                button={text.use}
                label={text.useOf}
                adding={busy ? adding : null}
                onChosen={(candidate) => void add(candidate)}
              />
            </>
          )
        }}
      </Answer>
    </Card>
  )
}

function Nothing() {
  const { data } = useStatus()
  return (
    <div className={styles.nothing}>
      <p className="dim">{text.foundNone}</p>
      {data !== undefined && <Command text={data.rundir} label={services.copyRundir} />}
    </div>
  )
}
