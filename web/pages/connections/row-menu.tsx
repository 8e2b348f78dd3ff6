import { Menu } from '@mantine/core'
import {
  ArrowRightLeft,
  Ban,
  CircleX,
  Copy,
  FlaskConical,
  ListChecks,
  MessageSquareText,
  ShieldCheck,
  ShieldX,
} from 'lucide-react'
import { useEffect, useState } from 'react'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import { text } from '../../messages/connections.ts'
import { ruleLine, testLine } from '../../policy/from-connection.ts'
import { useAccount, useMayChange } from '../../session/use-session.ts'
import { useBase } from '../../snippets/use-base.ts'
import { toast } from '../../toasts/toasts.tsx'
import { serviceUrl } from '../../ui/service-url.ts'

import styles from './connections.module.css'

const { menuItems } = text

/** Where a menu stands, in pixels of the window. */
export interface MenuPlace {
  readonly id: string
  readonly x: number
  readonly y: number
}

interface RowMenuProps {
  readonly place: MenuPlace
  readonly info: ConnectionInfo
  readonly onClose: () => void
  /** Goes to an address of the page. */
  readonly onGo: (path: string, search: Readonly<Record<string, string>>) => void
  readonly onWhy: (id: string) => void
  readonly onCloseConnection: (id: string, block: boolean) => void
}

/** What can be done with one connection. One menu for all rows, at the row's button or where it was clicked. */
export function RowMenu({ place, info, onClose, onGo, onWhy, onCloseConnection }: RowMenuProps) {
  const mayChange = useMayChange()
  const admin = useAccount().role === 'admin'
  const base = useBase()
  const page = `/connections/${info.id}`
  const open = info.state === 'open'
  return (
    <Menu
      key={`${place.id} ${place.x} ${place.y}`}
      opened
      onClose={onClose}
      position="bottom-end"
      width={270}
      shadow="lg"
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <Anchor x={place.x} y={place.y} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<ArrowRightLeft size={15} />} onClick={() => onGo(page, {})}>
          {menuItems.open}
        </Menu.Item>
        <Menu.Item leftSection={<ListChecks size={15} />} onClick={() => onWhy(info.id)}>
          {menuItems.why}
        </Menu.Item>
        {admin && open && (
          <Menu.Item leftSection={<MessageSquareText size={15} />} onClick={() => onGo(page, { tab: 'messages' })}>
            {menuItems.messages}
          </Menu.Item>
        )}
        <Menu.Divider />
        <CopyItem label={menuItems.copyId} value={info.id} said={text.copiedId} />
        <CopyItem label={menuItems.copyAddress} value={info.peer} said={text.copiedAddress} />
        {typeof base === 'string' && (
          <CopyItem label={menuItems.copyCommand} value={reproduction(base, info)} said={text.copiedCommand} />
        )}
        {mayChange && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<ShieldCheck size={15} />}
              onClick={() => onGo('/rules/firewall', { edit: 'new', line: ruleLine(info, 'allow') })}
            >
              {menuItems.allowRule}
            </Menu.Item>
            <Menu.Item
              leftSection={<ShieldX size={15} />}
              onClick={() => onGo('/rules/firewall', { edit: 'new', line: ruleLine(info, 'deny') })}
            >
              {menuItems.denyRule}
            </Menu.Item>
            <Menu.Item
              leftSection={<FlaskConical size={15} />}
              onClick={() => onGo('/rules/tests', { edit: 'new', line: testLine(info) })}
            >
              {menuItems.test}
            </Menu.Item>
          </>
        )}
        {mayChange && open && (
          <>
            <Menu.Divider />
            <Menu.Item
              className={styles.danger}
              leftSection={<CircleX size={15} />}
              onClick={() => onCloseConnection(info.id, false)}
            >
              {menuItems.close}
            </Menu.Item>
            <Menu.Item
              className={styles.danger}
              leftSection={<Ban size={15} />}
              onClick={() => onCloseConnection(info.id, true)}
            >
              {menuItems.block}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

interface AnchorProps extends React.HTMLAttributes<HTMLSpanElement> {
  readonly x: number
  readonly y: number
  readonly ref?: React.Ref<HTMLSpanElement>
}

/** Stands where the menu hangs. What the menu would tell of it is told by the row's button. */
function Anchor({ x, y, ref }: AnchorProps) {
  return <span ref={ref} aria-hidden="true" className={styles.anchor} style={{ left: x, top: y }} />
}

function CopyItem({ label, value, said }: { label: string; value: string; said: string }) {
  return (
    <Menu.Item leftSection={<Copy size={15} />} onClick={() => void copy(value, said)}>
      {label}
    </Menu.Item>
  )
}

/** Puts it on the clipboard and says so, or that it could not. */
export async function copy(value: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(value)
    toast(said)
  } catch {
    toast(text.notCopied)
  }
}

/** A command that connects as this client did, as far as is known; a token is left to be filled in. */
export function reproduction(base: string, { service, origin, user, view }: ConnectionInfo): string {
  const options = [
    ...(origin === null ? [] : ['--origin', quoted(origin)]),
    ...(user === null ? [] : ['--token', 'YOUR-TOKEN']),
    ...(view === '' || view === 'payload' ? [] : ['--view', quoted(view)]),
  ]
  return ['websocketc', ...options, serviceUrl(base, service)].join(' ')
}

/** As a shell takes it, whatever it holds. */
function quoted(value: string): string {
  return /^[\w.:/@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** A menu that hangs nowhere is closed by a scroll: its row has gone elsewhere. */
export function useRowMenu(): readonly [MenuPlace | null, (place: MenuPlace | null) => void] {
  const [place, setPlace] = useState<MenuPlace | null>(null)
  useEffect(() => {
    if (place === null) return undefined
    const close = () => setPlace(null)
    window.addEventListener('resize', close)
    return () => window.removeEventListener('resize', close)
  }, [place])
  return [place, setPlace]
}
