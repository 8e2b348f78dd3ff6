import { ActionIcon, Badge, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import type { MantineColorScheme } from '@mantine/core'
import { Check, CircleDashed, CircleDot, Monitor, Moon, ShieldX, Sun, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'

import { useLive } from '../live/use-live.ts'
import { messages } from '../messages.ts'

/** Bar on top of every page: what this is, how the link stands, colours. */
export function Header({ children }: { children: ReactNode }) {
  return (
    <header className="bar">
      <a className="brand" href="/">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        <span>{messages.product}</span>
      </a>
      <LinkBadge />
      {children}
      <span className="grow" />
      <SchemeMenu />
    </header>
  )
}

const badges = {
  connecting: { color: 'gray', icon: <CircleDashed size={12} /> },
  live: { color: 'teal', icon: <CircleDot size={12} /> },
  lost: { color: 'orange', icon: <Unplug size={12} /> },
  denied: { color: 'red', icon: <ShieldX size={12} /> },
} as const

function LinkBadge() {
  const { type } = useLive().link
  return (
    <Badge variant="light" color={badges[type].color} leftSection={badges[type].icon} role="status">
      {messages.link[type]}
    </Badge>
  )
}

const schemes: readonly { readonly value: MantineColorScheme; readonly icon: ReactNode }[] = [
  { value: 'light', icon: <Sun size={15} /> },
  { value: 'dark', icon: <Moon size={15} /> },
  { value: 'auto', icon: <Monitor size={15} /> },
]

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Tooltip label={messages.scheme.label}>
          <ActionIcon variant="default" size={34} aria-label={messages.scheme.label}>
            {schemes.find(({ value }) => value === colorScheme)?.icon}
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, icon }) => (
          <Menu.Item
            key={value}
            leftSection={icon}
            rightSection={value === colorScheme ? <Check size={14} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {messages.scheme[value]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
