import { CloseButton } from '@mantine/core'
import { Eye } from 'lucide-react'
import { useState } from 'react'

import { messages } from '../messages.ts'
import { Notice } from '../ui/notice.tsx'
import { useAccount } from './use-session.ts'

const KEY = 'sockgate-viewer-told'

/** Tells a viewer once why there are no buttons to change things with, instead of dead buttons everywhere. */
export function ViewerNote() {
  const { user, role } = useAccount()
  const [told, setTold] = useState(() => wasTold(user))
  if (role !== 'viewer' || told) return null
  const dismiss = () => {
    setTold(true)
    try {
      localStorage.setItem(KEY, user)
    } catch {
      // Storage is switched off: it is told again with the next page.
    }
  }
  return (
    <Notice
      tone="info"
      icon={<Eye size={20} />}
      title={messages.account.viewerTitle}
      actions={<CloseButton aria-label={messages.account.dismiss} onClick={dismiss} />}
    >
      <p>{messages.account.viewerDetail}</p>
    </Notice>
  )
}

function wasTold(user: string): boolean {
  try {
    return localStorage.getItem(KEY) === user
  } catch {
    return false
  }
}
