import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import type { MantineColorScheme } from '@mantine/core'
import { Check, Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'

import { messages } from '../messages.ts'

interface HeaderProps {
  /** Next to the name. */
  readonly children?: ReactNode
  readonly middle?: ReactNode
  /** At the far end. */
  readonly account?: ReactNode
}

/** Bar on top of every page: what this is, what the page puts there, colours. */
export function Header({ children, middle, account }: HeaderProps) {
  return (
    <header className="bar">
      <a className="brand" href="/">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        <span>{messages.product}</span>
      </a>
      {children}
      <span className="grow" />
      {middle}
      <SchemeMenu />
      {account}
    </header>
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
