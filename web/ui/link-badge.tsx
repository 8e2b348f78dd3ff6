import { Badge } from '@mantine/core'
import { CircleDashed, CircleDot, LogOut, ShieldX, Unplug } from 'lucide-react'

import { useLink } from '../live/use-live.ts'
import { messages } from '../messages.ts'

const badges = {
  connecting: { color: 'gray', icon: <CircleDashed size={12} /> },
  live: { color: 'teal', icon: <CircleDot size={12} /> },
  lost: { color: 'orange', icon: <Unplug size={12} /> },
  denied: { color: 'red', icon: <ShieldX size={12} /> },
  'signed-out': { color: 'gray', icon: <LogOut size={12} /> },
} as const

/** How the link to the gateway stands, in one word. */
export function LinkBadge() {
  const { type } = useLink()
  return (
    <Badge
      className="link-badge"
      variant="light"
      color={badges[type].color}
      leftSection={badges[type].icon}
      role="status"
    >
      {messages.link[type]}
    </Badge>
  )
}
