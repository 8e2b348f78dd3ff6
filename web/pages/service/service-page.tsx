import { Button, Card, Title } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { CirclePlay, CircleSlash2, FlaskConical, Pencil, PlugZap, Radio, Trash2 } from 'lucide-react'
import { useEffect } from 'react'

import type { ServiceDetail } from '../../../shared/api.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { ApiFailure } from '../../api/client.ts'
import { useGet } from '../../data/use-get.ts'
import { useLive } from '../../live/use-live.ts'
import { text as all } from '../../messages/services.ts'
import { useAccount, useMayChange } from '../../session/use-session.ts'
import { Snippets } from '../../snippets/snippets.tsx'
import { useBase } from '../../snippets/use-base.ts'
import { Answer } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { serviceUrl } from '../../ui/service-url.ts'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { DisableDialog } from '../services/disable-dialog.tsx'
import { RemoveDialog } from '../services/remove-dialog.tsx'
import { RowResult } from '../services/row-result.tsx'
import { EditServicePanel } from '../services/service-panel.tsx'
import { settlePath } from '../services/service-rows.ts'
import { ServiceState } from '../services/service-state.tsx'
import { useRowActions } from '../services/use-row-actions.ts'
import type { RowActions } from '../services/use-row-actions.ts'
import { ConnectionsCard, TroubleCard } from './connection-cards.tsx'
import { RulesCard } from './rules-card.tsx'
import { SettingsCard } from './settings-card.tsx'
import { TimersCard } from './timers-card.tsx'

import styles from './service.module.css'

const text = all.page

/** What counts and changes on this page, asked again so often, in ms. */
const PERIOD_MS = 10_000

/** One service: its settings, who uses it, which rules are about it, what went wrong, and how to reach it. */
export function ServicePage() {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string }
  const live = useLive().services.find((service) => service.name === name)
  const detail = useGet<ServiceDetail>(`/services/${encodeURIComponent(name)}`, { everyMs: PERIOD_MS })
  const { refetch } = detail
  // The feed tells at once that it stands otherwise; the rest of the page follows.
  const sign = live === undefined ? '' : `${live.state} ${live.since} ${live.target} ${live.codec} ${live.from}`
  useEffect(() => {
    if (sign !== '') void refetch()
  }, [sign, refetch])
  const missing = detail.error instanceof ApiFailure && detail.error.problem.status === 404 && live === undefined
  if (missing) return <Missing name={name} />
  return <Found name={name} detail={detail} />
}

function Found({ name, detail }: { name: string; detail: ReturnType<typeof useGet<ServiceDetail>> }) {
  const live = useLive().services.find((service) => service.name === name)
  const actions = useRowActions()
  const base = useBase()
  const url = base === null || base === undefined ? null : serviceUrl(base, name)
  const info = live ?? detail.data
  const result = actions.resultOf(name)
  return (
    <>
      <PageHead
        title={oneLine(name)}
        purpose={info && all.fromLong[info.from]}
        above={[{ path: '/services', title: all.title }]}
        badge={info && <ServiceState state={info.state} />}
        actions={info && <Actions service={info} actions={actions} />}
      />
      {result !== undefined && (
        <Card padding="sm">
          <RowResult result={result} onDismiss={() => actions.dismiss(name)} />
        </Card>
      )}
      <Answer of={detail}>{() => null}</Answer>
      {info !== undefined && (
        <div className={styles.columns}>
          <div className={styles.column}>
            <SettingsCard service={info} entry={detail.data?.entry ?? null} url={url} />
            <TimersCard />
            {detail.data !== undefined && <RulesCard rules={detail.data.rules} redirects={detail.data.redirects} />}
          </div>
          <div className={styles.column}>
            {base !== undefined && (
              <Card component="section" aria-labelledby="snippets-title">
                <Title order={2} id="snippets-title" mb="sm">
                  {text.snippets}
                </Title>
                <Snippets service={name} url={url} />
              </Card>
            )}
            <ConnectionsCard name={name} />
            {detail.data !== undefined && <TroubleCard name={name} trouble={detail.data.trouble} />}
          </div>
        </div>
      )}
      <Dialogs name={name} actions={actions} />
    </>
  )
}

function Actions({ service, actions }: { service: ServiceInfo; actions: RowActions }) {
  const mayChange = useMayChange()
  const { role } = useAccount()
  const [, setEdit] = useSearchParam('edit')
  const { name, state, from } = service
  const editable = role === 'admin' && from === 'dashboard'
  const words = all.actions
  return (
    <>
      {editable && (
        <>
          <Button
            variant="default"
            leftSection={<Trash2 size={15} />}
            onClick={() => actions.ask({ what: 'remove', service })}
          >
            {words.remove}
          </Button>
          <Button variant="default" leftSection={<Pencil size={15} />} onClick={() => setEdit('1')}>
            {words.edit}
          </Button>
        </>
      )}
      {role === 'admin' && from === 'discovered' && (
        <Button component={AppLink} to={settlePath(service)} variant="default" leftSection={<Pencil size={15} />}>
          {words.settle}
        </Button>
      )}
      {role === 'admin' && state === 'disabled' && (
        <Button variant="default" leftSection={<CirclePlay size={15} />} onClick={() => actions.enable(name)}>
          {words.enable}
        </Button>
      )}
      {role === 'admin' && state !== 'disabled' && (
        <Button
          variant="default"
          leftSection={<CircleSlash2 size={15} />}
          onClick={() => actions.ask({ what: 'disable', service })}
        >
          {words.disable}
        </Button>
      )}
      {mayChange && (
        <Button variant="default" leftSection={<Radio size={15} />} onClick={() => actions.probe(name)}>
          {words.probe}
        </Button>
      )}
      <Button
        component={AppLink}
        to={`/try?${new URLSearchParams({ service: name })}`}
        leftSection={<FlaskConical size={15} />}
      >
        {text.tryIt}
      </Button>
    </>
  )
}

function Dialogs({ name, actions }: { name: string; actions: RowActions }) {
  const navigate = useNavigate()
  const { role } = useAccount()
  const [edit, setEdit] = useSearchParam('edit')
  const { asked, ask } = actions
  return (
    <>
      {edit !== '' && role === 'admin' && <EditServicePanel name={name} onClose={() => setEdit('')} />}
      {asked?.what === 'disable' && <DisableDialog service={asked.service} onClose={() => ask(null)} />}
      {asked?.what === 'remove' && (
        <RemoveDialog name={name} onClose={() => ask(null)} onRemoved={() => void navigate({ to: '/services' })} />
      )}
    </>
  )
}

function Missing({ name }: { name: string }) {
  return (
    <>
      <PageHead title={oneLine(name)} above={[{ path: '/services', title: all.title }]} />
      <Card padding={0} className={styles.plain}>
        <Empty icon={<PlugZap size={22} />} title={text.missing(oneLine(name))}>
          <p>{text.missingHint}</p>
          <Button component={AppLink} to="/services" variant="default">
            {text.back}
          </Button>
        </Empty>
      </Card>
    </>
  )
}
