import { Button, Card, SegmentedControl, TextInput } from '@mantine/core'
import { PlugZap, Plus, Radar, Search, SearchX } from 'lucide-react'
import { useRef } from 'react'

import { useKey } from '../../keys/use-key.ts'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/services.ts'
import { useAccount } from '../../session/use-session.ts'
import { useStatus } from '../../snippets/use-base.ts'
import { Waiting } from '../../ui/answer.tsx'
import { Command } from '../../ui/command.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { DisableDialog } from './disable-dialog.tsx'
import { EchoButton } from './echo-button.tsx'
import { FindPanel } from './find-panel.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { EditServicePanel, NewServicePanel } from './service-panel.tsx'
import { countStates, filterServices } from './service-rows.ts'
import { ServiceTable } from './service-table.tsx'
import { useRowActions } from './use-row-actions.ts'

import styles from './services.module.css'

const shows = ['', 'up', 'down', 'unknown', 'disabled'] as const

/** All services, how they stand, and what can be done with them. */
export function ServicesPage() {
  const { role } = useAccount()
  const actions = useRowActions()
  const [, setEdit] = useSearchParam('edit')
  const [, setFind] = useSearchParam('find')
  return (
    <>
      <PageHead
        title={text.title}
        purpose={text.purpose}
        actions={
          role === 'admin' && (
            <>
              <Button variant="default" leftSection={<Radar size={16} />} onClick={() => setFind('1')}>
                {text.actions.find}
              </Button>
              <Button leftSection={<Plus size={16} />} onClick={() => setEdit('new')}>
                {text.actions.create}
              </Button>
            </>
          )
        }
      />
      <List actions={actions} />
      <Panels />
      {actions.asked?.what === 'disable' && (
        <DisableDialog service={actions.asked.service} onClose={() => actions.ask(null)} />
      )}
      {actions.asked?.what === 'remove' && (
        <RemoveDialog name={actions.asked.service.name} onClose={() => actions.ask(null)} />
      )}
    </>
  )
}

function List({ actions }: { actions: ReturnType<typeof useRowActions> }) {
  const { loaded, services } = useLive()
  const [filter, setFilter] = useSearchParam('filter')
  const [show, setShow] = useSearchParam('show')
  const field = useRef<HTMLInputElement>(null)
  useKey('filter', () => field.current?.focus())
  const shown = filterServices(services, filter, show)
  const counts = countStates(services)
  if (!loaded)
    return (
      <Card>
        <Waiting retry={() => window.location.reload()} />
      </Card>
    )
  if (services.length === 0) return <NoService />
  return (
    <Card padding={0}>
      <div className={styles.bar}>
        <SegmentedControl
          size="xs"
          aria-label={text.shownLabel}
          data={shows
            .filter((value) => value === '' || value === show || counts[value] > 0)
            .map((value) => ({
              value,
              label: text.shownCount(text.shown[value], value === '' ? services.length : counts[value]),
            }))}
          value={show}
          onChange={setShow}
        />
        <TextInput
          ref={field}
          className={styles.filter}
          size="xs"
          aria-label={text.filter}
          placeholder={text.filterPlaceholder}
          leftSection={<Search size={14} />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      {shown.length === 0 ? (
        <Empty icon={<SearchX size={22} />} title={text.noMatch}>
          <p>{text.noMatchHint(services.length)}</p>
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              setFilter('')
              setShow('')
            }}
          >
            {text.clear}
          </Button>
        </Empty>
      ) : (
        <ServiceTable services={shown} actions={actions} />
      )}
    </Card>
  )
}

/** Why there is nothing, and what to do. */
function NoService() {
  const { data } = useStatus()
  const { role } = useAccount()
  return (
    <Card padding={0} className={styles.none}>
      <Empty icon={<PlugZap size={22} />} title={text.empty}>
        <p>{text.emptyHint}</p>
        {data !== undefined && <Command text={data.rundir} label={text.copyRundir} />}
        {role === 'admin' && (
          <>
            <EchoButton label={text.startEcho} />
            <p>{text.echoHint}</p>
          </>
        )}
      </Empty>
    </Card>
  )
}

/** The panel that the address asks for. */
function Panels() {
  const { role } = useAccount()
  const [edit, setEdit] = useSearchParam('edit')
  const [find, setFind] = useSearchParam('find')
  const [name] = useSearchParam('name')
  const [target] = useSearchParam('target')
  if (role !== 'admin') return null
  if (edit !== '') {
    const close = () => setEdit('')
    return edit === 'new' ? (
      <NewServicePanel key={name} first={{ name, target }} onClose={close} />
    ) : (
      <EditServicePanel key={edit} name={edit} onClose={close} />
    )
  }
  return find === '' ? null : <FindPanel onClose={() => setFind('')} />
}
