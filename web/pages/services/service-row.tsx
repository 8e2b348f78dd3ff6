import { ActionIcon, Badge, Button, Menu } from '@mantine/core'
import {
  CircleAlert,
  CirclePlay,
  CircleSlash2,
  Code,
  Ellipsis,
  FlaskConical,
  Pencil,
  Radio,
  Trash2,
} from 'lucide-react'

import type { ServiceInfo } from '../../../shared/connection.ts'
import { formatBytes, formatCount } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/services.ts'
import { useAccount, useMayChange } from '../../session/use-session.ts'
import { AppLink, connectionsPath, filterWord, servicePath } from '../../ui/app-link.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { When } from '../../ui/when.tsx'
import { RowResult } from './row-result.tsx'
import { kindOf, settlePath } from './service-rows.ts'
import { ServiceState } from './service-state.tsx'
import type { RowActions } from './use-row-actions.ts'

import styles from './services.module.css'

interface ServiceRowProps {
  readonly service: ServiceInfo
  readonly open: number
  /** Bytes per second. */
  readonly rate: number
  readonly actions: RowActions
}

/** One service of the table, and below it what was found out or is wrong. */
export function ServiceRow({ service, open, rate, actions }: ServiceRowProps) {
  const mayChange = useMayChange()
  const { name, target, codec, from, state, since, lastError } = service
  const result = actions.resultOf(name)
  // A probe says the same, and later.
  const told = result?.type === 'probed' ? null : lastError
  const below = result !== undefined || told !== null
  return (
    <>
      <tr data-below={below || undefined}>
        <th scope="row">
          <AppLink to={servicePath(name)} className={styles.name}>
            {oneLine(name)}
          </AppLink>
          <span className={styles.sub}>{text.from[from]}</span>
          <span className={`${styles.sub} ${styles.narrow} mono`}>{oneLine(target)}</span>
          {open > 0 && (
            <span className={`${styles.sub} ${styles.tiny} num`}>
              <AppLink to={connectionsPath(filterWord('service', name))}>{text.open(open)}</AppLink>
            </span>
          )}
        </th>
        <td className={styles.wide}>
          <span className={`${styles.target} mono`} title={oneLine(target)}>
            {oneLine(target)}
          </span>
          <span className={styles.sub}>{kindOf(target)}</span>
        </td>
        <td>
          <ServiceState state={state} />
          {since > 0 && (
            <span className={styles.sub}>
              <When at={since} />
            </span>
          )}
        </td>
        <td data-right className={`${styles.middle} num`}>
          {open === 0 ? (
            <span className="dim">{formatCount(0)}</span>
          ) : (
            <AppLink to={connectionsPath(filterWord('service', name))} aria-label={text.showConnections(name, open)}>
              {formatCount(open)}
            </AppLink>
          )}
        </td>
        <td data-right className={`${styles.wide} num nowrap`}>
          {rate === 0 ? <span className="dim">{messages.unknown}</span> : messages.connections.rate(formatBytes(rate))}
        </td>
        <td className={styles.wide}>
          <Badge variant="light" color="gray" size="sm" miw="max-content">
            {codec}
          </Badge>
        </td>
        <td data-right>
          <div className={styles.actions}>
            {mayChange && (
              <Button
                className={styles.wideButton}
                size="xs"
                variant="default"
                leftSection={<Radio size={14} />}
                aria-label={text.actions.probeOf(name)}
                onClick={() => actions.probe(name)}
              >
                {text.actions.probe}
              </Button>
            )}
            <RowMenu service={service} actions={actions} />
          </div>
        </td>
      </tr>
      {below && (
        <tr className={styles.below}>
          <td colSpan={7}>
            {told !== null && (
              <p className={styles.lastError}>
                <CircleAlert size={15} aria-hidden="true" />
                <span className="wrap">{messages.sentence(oneLine(told))}</span>
              </p>
            )}
            {result !== undefined && <RowResult result={result} onDismiss={() => actions.dismiss(name)} />}
          </td>
        </tr>
      )}
    </>
  )
}

function RowMenu({ service, actions }: { service: ServiceInfo; actions: RowActions }) {
  const mayChange = useMayChange()
  const { role } = useAccount()
  const { name, from, state } = service
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={text.actionsOf(name)}>
          <Ellipsis size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={AppLink}
          to={`/try?${new URLSearchParams({ service: name })}`}
          leftSection={<FlaskConical size={15} />}
        >
          {text.actions.tryIt}
        </Menu.Item>
        <Menu.Item component={AppLink} to={servicePath(name)} leftSection={<Code size={15} />}>
          {text.actions.snippets}
        </Menu.Item>
        {mayChange && (
          <Menu.Item leftSection={<Radio size={15} />} onClick={() => actions.probe(name)}>
            {text.actions.probe}
          </Menu.Item>
        )}
        {role === 'admin' && from === 'dashboard' && (
          <Menu.Item
            component={AppLink}
            to={`/services?${new URLSearchParams({ edit: name })}`}
            leftSection={<Pencil size={15} />}
          >
            {text.actions.edit}
          </Menu.Item>
        )}
        {role === 'admin' && from === 'discovered' && (
          <Menu.Item component={AppLink} to={settlePath(service)} leftSection={<Pencil size={15} />}>
            {text.actions.settle}
          </Menu.Item>
        )}
        {role === 'admin' && state === 'disabled' && (
          <Menu.Item leftSection={<CirclePlay size={15} />} onClick={() => actions.enable(name)}>
            {text.actions.enable}
          </Menu.Item>
        )}
        {role === 'admin' && state !== 'disabled' && (
          <Menu.Item leftSection={<CircleSlash2 size={15} />} onClick={() => actions.ask({ what: 'disable', service })}>
            {text.actions.disable}
          </Menu.Item>
        )}
        {role === 'admin' && from === 'dashboard' && (
          <Menu.Item leftSection={<Trash2 size={15} />} onClick={() => actions.ask({ what: 'remove', service })}>
            {text.actions.remove}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
