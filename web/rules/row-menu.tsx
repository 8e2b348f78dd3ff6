import { Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import {
  Activity,
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  CircleHelp,
  Copy,
  Eye,
  FolderInput,
  Heading,
  ListOrdered,
  Pencil,
  Trash2,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import type { KeyActionName } from '../keys/actions.ts'
import { KeyCap } from '../keys/key-cap.tsx'
import { useKeyStore } from '../keys/use-key.ts'
import { text } from '../messages/rules.ts'
import { isRule } from './entry.ts'
import type { Entry } from './entry.ts'
import type { RowActions } from './rule-row.tsx'

import styles from './rules.module.css'

interface RowMenuProps {
  readonly entry: Entry
  readonly name: string
  /** False: nothing can be changed here. */
  readonly editable: boolean
  /** What it was opened with. */
  readonly opener: HTMLElement
  readonly actions: RowActions
  readonly onClose: () => void
}

/** What can be done with a row. One for the whole table, shown where it was asked for: rows stay light. */
export function RowMenu({ entry, name, editable, opener, actions, onClose }: RowMenuProps) {
  const { left, top, width, height } = opener.getBoundingClientRect()
  const close = () => {
    onClose()
    // The focus goes back, unless what was chosen has taken it elsewhere.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && opener.isConnected) opener.focus()
    })
  }
  return (
    <Menu
      opened
      onClose={close}
      position="bottom-end"
      width={238}
      shadow="md"
      transitionProps={{ duration: 0 }}
      withInitialFocusPlaceholder={false}
      withinPortal={false}
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-label={text.row.menu(name)}
          className={styles.menuPlace}
          style={{ left, top, width, height }}
        />
      </Menu.Target>
      <Menu.Dropdown>
        {editable ? (
          <EditItems entry={entry} actions={actions} />
        ) : (
          <Item icon={Eye} label={text.menu.look} onClick={() => actions.open(entry.id)} />
        )}
        <Item icon={CircleHelp} label={text.menu.explain} onClick={() => actions.explain(entry.id)} />
        <Menu.Item
          component={Link}
          to="/connections"
          search={connectionsOf(entry) as never}
          leftSection={<Activity size={15} aria-hidden="true" />}
        >
          {text.menu.connections}
        </Menu.Item>
        {editable && (
          <>
            <Menu.Divider />
            <Item
              icon={Trash2}
              label={text.menu.remove}
              action="remove"
              danger
              onClick={() => actions.remove(entry.id)}
            />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function EditItems({ entry: { id, caption }, actions }: Pick<RowMenuProps, 'entry' | 'actions'>) {
  return (
    <>
      <Item icon={Pencil} label={text.menu.edit} action="edit" onClick={() => actions.open(id)} />
      <Item icon={Copy} label={text.menu.clone} action="clone" onClick={() => actions.clone(id)} />
      <Menu.Divider />
      <Menu.Label>{text.menu.move}</Menu.Label>
      <Item icon={ArrowUp} label={text.menu.up} action="moveUp" onClick={() => actions.move(id, 'up')} />
      <Item icon={ArrowDown} label={text.menu.down} action="moveDown" onClick={() => actions.move(id, 'down')} />
      <Item icon={ArrowUpToLine} label={text.menu.top} onClick={() => actions.move(id, 'top')} />
      <Item icon={ArrowDownToLine} label={text.menu.end} onClick={() => actions.move(id, 'end')} />
      <Item icon={ListOrdered} label={text.menu.position} onClick={() => actions.ask(id, 'position')} />
      <Item icon={FolderInput} label={text.menu.section} onClick={() => actions.ask(id, 'section')} />
      <Menu.Divider />
      {caption === undefined && (
        <Item icon={Heading} label={text.menu.addSection} onClick={() => actions.addSection(id)} />
      )}
    </>
  )
}

interface ItemProps {
  readonly icon: LucideIcon
  readonly label: string
  readonly action?: KeyActionName
  readonly danger?: boolean
  readonly onClick: () => void
}

function Item({ icon: Icon, label, action, danger, onClick }: ItemProps) {
  return (
    <Menu.Item
      leftSection={<Icon size={15} aria-hidden="true" />}
      rightSection={action === undefined ? undefined : <Cap action={action} />}
      className={danger ? styles.danger : undefined}
      onClick={onClick}
    >
      {label}
    </Menu.Item>
  )
}

function Cap({ action }: { action: KeyActionName }): ReactNode {
  const keys = useKeyStore()
  return (
    <span className={styles.cap} aria-hidden="true">
      <KeyCap keys={keys.keysOf(action)} />
    </span>
  )
}

/** Search part of the address that lists what an entry has matched. */
function connectionsOf(entry: Entry): Readonly<Record<string, string>> {
  const filter = `rule:${entry.id}`
  return isRule(entry) && entry.action === 'deny' ? { tab: 'refused', filter } : { filter }
}
