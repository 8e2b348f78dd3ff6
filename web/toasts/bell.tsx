import { ActionIcon, Indicator, Popover, Tooltip } from '@mantine/core'
import { Bell as BellIcon } from 'lucide-react'
import { useSyncExternalStore } from 'react'

import { messages } from '../messages.ts'
import { When } from '../ui/when.tsx'
import { toastLog } from './toasts.tsx'

/** What was said in toasts lately, for those who missed one. */
export function Bell() {
  const { said, unseen } = useSyncExternalStore(toastLog.subscribe, toastLog.getState)
  return (
    <Popover
      position="bottom-end"
      width={340}
      shadow="lg"
      trapFocus
      returnFocus
      withRoles
      onOpen={() => toastLog.seen()}
    >
      <Popover.Target>
        <Tooltip label={messages.bell.title}>
          <Indicator disabled={unseen === 0} size={8} offset={5} color="indigo">
            <ActionIcon variant="default" size={34} aria-label={messages.bell.label(unseen)}>
              <BellIcon size={16} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={messages.bell.title}>
        <p className="strong">{messages.bell.title}</p>
        {said.length === 0 && <p className="dim">{messages.bell.none}</p>}
        <ul className="bell-list">
          {said.map(({ at, text }) => (
            <li key={`${at} ${text}`}>
              <span>{text}</span>
              <span className="dim nowrap">
                <When at={at} />
              </span>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}
