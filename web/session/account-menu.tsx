import { Button, Popover } from '@mantine/core'
import { ChevronDown, CircleUser, LogOut } from 'lucide-react'
import { useState } from 'react'

import { ApiFailure } from '../api/client.ts'
import { messages } from '../messages.ts'
import { oneLine } from '../ui/one-line.ts'
import { useAccount, useSessionStore } from './use-session.ts'

const text = messages.account

/** Who is signed in, with which rights, and the way out. */
export function AccountMenu() {
  const { user, role, by } = useAccount()
  const session = useSessionStore()
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const signOut = async () => {
    setBusy(true)
    setFault(null)
    try {
      await session.signOut()
    } catch (error) {
      setFault(error instanceof ApiFailure ? messages.sentence(error.problem.detail) : text.stillIn)
    } finally {
      setBusy(false)
    }
  }
  const name = oneLine(user)
  return (
    <Popover position="bottom-end" width={260} shadow="lg" withinPortal={false} trapFocus returnFocus withRoles>
      <Popover.Target>
        <Button
          className="account"
          variant="default"
          leftSection={<CircleUser size={16} />}
          rightSection={<ChevronDown size={14} />}
          aria-label={text.label(name)}
        >
          {name}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.title}>
        <div className="account-facts">
          <p className="strong wrap">{name}</p>
          <p className="dim">{text.roles[role]}</p>
          <p className="dim">{text.by[by]}</p>
        </div>
        {by === 'session' && (
          <Button
            variant="default"
            fullWidth
            leftSection={<LogOut size={15} />}
            aria-disabled={busy}
            onClick={() => void signOut()}
          >
            {busy ? text.signingOut : text.signOut}
          </Button>
        )}
        <p className="account-fault" role="alert">
          {fault}
        </p>
      </Popover.Dropdown>
    </Popover>
  )
}
