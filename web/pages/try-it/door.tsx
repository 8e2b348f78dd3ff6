import {
  Button,
  Card,
  NativeSelect,
  PasswordInput,
  SegmentedControl,
  Switch,
  TextInput,
  Title,
  UnstyledButton,
} from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { ChevronRight, ExternalLink, Plug, Unplug } from 'lucide-react'
import { useState } from 'react'

import { viewNames } from '../../../shared/client/views.ts'
import type { ViewName } from '../../../shared/client/views.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { text as messages } from '../../messages/try-it.ts'
import { useAccount } from '../../session/use-session.ts'
import { AppLink } from '../../ui/app-link.tsx'
import { Command } from '../../ui/command.tsx'
import type { Talk } from './use-talk.ts'

import styles from './try-it.module.css'

const text = messages.door

/** How to connect, as far as it is not in the address. */
export interface Settings {
  readonly text: boolean
  readonly protocols: string
  readonly identity: keyof typeof text.identities
  readonly token: string
}

export const settings: Settings = { text: false, protocols: '', identity: 'none', token: '' }

interface DoorProps {
  readonly services: readonly ServiceInfo[]
  readonly service: string
  readonly onService: (name: string) => void
  readonly view: ViewName
  readonly onView: (view: ViewName) => void
  readonly settings: Settings
  readonly onSettings: (settings: Settings) => void
  /** Null when no listener can be reached. */
  readonly url: string | null
  /** What is in the way of connecting, said at its field; null when nothing is. */
  readonly problem: string | null
  readonly phase: Talk['phase']
  readonly onConnect: () => void
  readonly onDisconnect: () => void
}

/** Where to connect and as whom. What can be chosen is what a page can really do. */
export function Door(props: DoorProps) {
  const { services, service, onService, view, url, phase } = props
  const fixed = phase !== 'closed'
  const second = `/try?${new URLSearchParams({ service, ...(view !== 'payload' && { view }), connect: '1' })}`
  return (
    <Card component="section" aria-labelledby="door-title" className={styles.door}>
      <Title order={2} id="door-title">
        {text.title}
      </Title>
      <NativeSelect
        label={text.service}
        data={choices(services, service)}
        value={service}
        disabled={fixed}
        onChange={(event) => onService(event.currentTarget.value)}
      />
      {!services.some(({ name }) => name === service) && <p className={styles.hint}>{text.unknown(service)}</p>}
      {url !== null && (
        <div>
          <span className={styles.label}>{text.url}</span>
          <Command text={url} label={text.copyUrl} />
        </div>
      )}
      <div className={styles.doorActions}>
        {fixed ? (
          <Button variant="default" leftSection={<Unplug size={16} />} onClick={props.onDisconnect}>
            {phase === 'connecting' ? text.cancel : text.disconnect}
          </Button>
        ) : (
          <Button leftSection={<Plug size={16} />} disabled={url === null} onClick={props.onConnect}>
            {text.connect}
          </Button>
        )}
        <Button
          component="a"
          href={second}
          target="_blank"
          rel="noopener"
          variant="subtle"
          size="compact-sm"
          leftSection={<ExternalLink size={14} />}
          title={text.secondHint}
        >
          {text.second}
        </Button>
      </div>
      <More {...props} />
    </Card>
  )
}

/** What is seldom needed: folded where there is little room. */
function More({ service, view, onView, settings: set, onSettings, problem, phase }: DoorProps) {
  const { role } = useAccount()
  const roomy = useMediaQuery('(min-width: 1361px)', true, { getInitialValueInEffect: false })
  const [asked, setOpen] = useState<boolean | null>(null)
  const open = (asked ?? roomy) || problem !== null
  const fixed = phase !== 'closed'
  const { origin } = window.location
  return (
    <>
      <UnstyledButton className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={15} aria-hidden="true" />
        <span>{text.more}</span>
        {!open && <span className="dim">{text.moreNow(text.views[view], text.identities[set.identity])}</span>}
      </UnstyledButton>
      {open && (
        <>
          <NativeSelect
            label={text.view}
            description={text.viewHint[view]}
            inputWrapperOrder={['label', 'input', 'description']}
            data={viewNames.map((value) => ({ value, label: text.views[value] }))}
            value={view}
            disabled={fixed}
            onChange={(event) => onView(event.currentTarget.value as ViewName)}
          />
          {view === 'payload' && (
            <Switch
              label={text.text}
              description={text.textHint}
              checked={set.text}
              disabled={fixed}
              onChange={(event) => onSettings({ ...set, text: event.currentTarget.checked })}
            />
          )}
          <div>
            <span className={styles.label}>{text.identity}</span>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={text.identity}
              disabled={fixed}
              data={(['none', 'token', ...(role === 'admin' ? (['me'] as const) : [])] as const).map((value) => ({
                value,
                label: text.identities[value],
              }))}
              value={set.identity}
              onChange={(value) => onSettings({ ...set, identity: value })}
            />
            <p className={styles.hint}>{text.identityHint[set.identity]}</p>
            {set.identity !== 'none' && document.cookie.includes('sockgate-token=') && (
              <p className={styles.hint}>{text.cookie}</p>
            )}
          </div>
          {set.identity === 'token' && (
            <PasswordInput
              label={text.token}
              value={set.token}
              disabled={fixed}
              error={problem}
              autoComplete="off"
              onChange={(event) => onSettings({ ...set, token: event.currentTarget.value })}
            />
          )}
          <TextInput
            label={text.protocols}
            description={text.protocolsHint}
            inputWrapperOrder={['label', 'input', 'description']}
            classNames={{ input: styles.code }}
            value={set.protocols}
            disabled={fixed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onSettings({ ...set, protocols: event.currentTarget.value })}
          />
          <div>
            <span className={styles.label}>{text.origin}</span>
            <p className={styles.hint}>
              {text.originHint(origin)}{' '}
              <AppLink
                to={`/try?${new URLSearchParams({ service, explain: `in ${service} 127.0.0.1 origin:https://app.example` })}`}
              >
                {text.originExplain}
              </AppLink>
            </p>
          </div>
        </>
      )}
    </>
  )
}

/** Those that there are, and the one asked for even if there is none of that name. */
function choices(services: readonly ServiceInfo[], asked: string): { value: string; label: string }[] {
  const known = services.map(({ name, state }) => ({
    value: name,
    label: state === 'down' ? text.down(name) : state === 'disabled' ? text.disabled(name) : name,
  }))
  return known.some(({ value }) => value === asked) ? known : [...known, { value: asked, label: asked }]
}
