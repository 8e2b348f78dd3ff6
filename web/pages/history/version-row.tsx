import { ActionIcon, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Download, Ellipsis, GitCompare, History } from 'lucide-react'
import { useRef } from 'react'

import type { PolicyVersion } from '../../../shared/api.ts'
import { text } from '../../messages/history.ts'
import { oneLine } from '../../ui/one-line.ts'
import { When } from '../../ui/when.tsx'
import { useChangeCount } from './use-change-count.ts'
import type { VersionActions } from './use-version-actions.ts'
import type { VersionState } from './version-state.ts'

import styles from './history.module.css'

interface RowProps {
  readonly version: PolicyVersion
  readonly state: VersionState | null
  /** The version in force; null while it is not known. */
  readonly current: number | null
  /** False: who may not, or the rules come from a file. */
  readonly restorable: boolean
  readonly actions: VersionActions
}

/** One version: what it was, what became of it, what it changed. */
export function VersionRow({ version: { version, at, author, comment, kind }, state, ...rest }: RowProps) {
  const row = useRef<HTMLTableRowElement>(null)
  const count = useChangeCount(version, row)
  const who = oneLine(author)
  return (
    <tr ref={row} data-now={state?.type === 'in-force' || undefined}>
      <td className={`${styles.end} num strong`}>{version}</td>
      <td className={styles.when}>
        <When at={at} />
        <span className={styles.narrow}>{who}</span>
      </td>
      <td className={`${styles.wide} ${styles.who}`}>{who}</td>
      <td className={`${styles.wide} nowrap`}>{text.kinds[kind]}</td>
      <td className={styles.comment}>
        {state !== null && <Tag state={state} />}
        <span>{oneLine(comment)}</span>
        <span className={styles.narrow}>
          {count === null ? text.kinds[kind] : text.kindAndSize(text.kinds[kind], count)}
        </span>
      </td>
      <td className={`${styles.wide} ${styles.size} num`}>
        {version > 1 && (
          <Link to="/history" search={compared(version - 1, version)} title={text.compare}>
            {count === null ? text.compareShort : text.changes(count)}
          </Link>
        )}
      </td>
      <td className={styles.actions}>
        <Actions version={version} state={state} {...rest} />
      </td>
    </tr>
  )
}

function Tag({ state }: { state: VersionState }) {
  if (state.type === 'rolled-back') {
    return (
      <span className={styles.tag} data-tone="warning">
        {state.by === null ? text.rolledBackByItself : text.rolledBackBy(oneLine(state.by))}
      </span>
    )
  }
  return (
    <span className={styles.tag} data-tone={state.type === 'waiting' ? 'warning' : 'good'}>
      {state.type === 'waiting' ? text.waiting : text.inForce}
    </span>
  )
}

type ActionsProps = Pick<RowProps, 'state' | 'current' | 'restorable' | 'actions'> & { readonly version: number }

function Actions({ version, current, restorable, actions: { restore, download } }: ActionsProps) {
  const isCurrent = version === current
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={text.actions(version)}>
          <Ellipsis size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {restorable && !isCurrent && (
          <Menu.Item leftSection={<History size={15} />} onClick={() => void restore(version)} title={text.restoreHint}>
            {text.restore}
          </Menu.Item>
        )}
        {version > 1 && (
          <Menu.Item
            component={Link}
            to="/history"
            search={compared(version - 1, version)}
            leftSection={<GitCompare size={15} />}
          >
            {text.compare}
          </Menu.Item>
        )}
        {current !== null && !isCurrent && (
          <Menu.Item
            component={Link}
            to="/history"
            search={compared(version, current)}
            leftSection={<GitCompare size={15} />}
          >
            {text.compareCurrent}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<Download size={15} />}
          onClick={() => void download(version)}
          aria-label={text.downloadLabel(version)}
        >
          {text.download}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The router's types know no addresses: pages come from a catalog. */
function compared(from: number, to: number): never {
  return { compare: `${from}..${to}` } as never
}
