import { Button, Card, TextInput, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Eye, EyeOff, ShieldX } from 'lucide-react'
import { useState } from 'react'
import type { SubmitEvent } from 'react'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import { atLeast } from '../../../shared/roles.ts'
import { Conversation } from '../../conversation/conversation.tsx'
import { leaveForTry } from '../../conversation/resend.ts'
import { text as messages } from '../../messages/connection.ts'
import { text as conversation } from '../../messages/conversation.ts'
import { useAccount } from '../../session/use-session.ts'
import { Failure } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import type { Tap } from './use-tap.ts'

import styles from './connection.module.css'

const text = messages.messages

/** The messages of a connection as they pass, for admins who say why. */
export function MessagesTab({ info, tap }: { info: ConnectionInfo; tap: Tap }) {
  const { role } = useAccount()
  const { phase } = tap.state
  if (!atLeast(role, 'admin')) {
    return (
      <Card className={styles.bare}>
        <Empty icon={<ShieldX size={22} />} title={text.noRight}>
          <p>{text.noRightHint(role)}</p>
        </Empty>
      </Card>
    )
  }
  if (phase === 'idle' || phase === 'refused' || phase === 'opening') {
    if (info.state === 'open') return <AskReason tap={tap} />
    return (
      <Card className={styles.bare}>
        <Empty icon={<EyeOff size={22} />} title={text.over}>
          <p>{text.overHint}</p>
          <Button component={AppLink} to="/connections" variant="default">
            {text.overLink}
          </Button>
        </Empty>
      </Card>
    )
  }
  return <Reading info={info} tap={tap} />
}

/** Three to 300 characters of one line, as the gateway wants them. */
function problemOf(reason: string): string | null {
  const { length } = reason.trim()
  if (length < 3) return text.reasonMissing
  return length > 300 ? text.reasonLong : null
}

function AskReason({ tap }: { tap: Tap }) {
  const { state } = tap
  const [reason, setReason] = useState('reason' in state ? state.reason : '')
  const [problem, setProblem] = useState<string | null>(null)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const found = problemOf(reason)
    setProblem(found)
    if (found === null) tap.start(reason.trim())
  }
  return (
    <Card component="form" className={styles.ask} onSubmit={submit}>
      <Title order={2}>{text.ask}</Title>
      <p className={styles.askHint}>{text.askHint}</p>
      {state.phase === 'refused' && <Failure error={state.error} />}
      <TextInput
        label={text.reason}
        placeholder={text.reasonPlaceholder}
        value={reason}
        error={problem}
        maxLength={400}
        autoComplete="off"
        onChange={(event) => {
          setProblem(null)
          setReason(event.currentTarget.value)
        }}
      />
      <Button type="submit" leftSection={<Eye size={16} />} loading={state.phase === 'opening'}>
        {text.start}
      </Button>
    </Card>
  )
}

function Reading({ info, tap: { buffer, state } }: { info: ConnectionInfo; tap: Tap }) {
  const [filter, setFilter] = useSearchParam('messages')
  const navigate = useNavigate()
  return (
    <Card padding={0} className={styles.reading}>
      <Conversation
        buffer={buffer}
        label={text.list}
        words="passed"
        filter={filter}
        onFilter={setFilter}
        fileName={text.fileName(info.id)}
        empty={
          <Empty icon={<Eye size={22} />} title={state.phase === 'reading' ? text.waiting : text.none}>
            {state.phase === 'reading' && <p>{text.waitingHint}</p>}
          </Empty>
        }
        resend={{
          label: conversation.pane.resend,
          go: (message) => {
            leaveForTry(message)
            // The router's types know no addresses: pages come from a catalog.
            void navigate({ to: '/try', search: { service: info.service } as never })
          },
        }}
      />
    </Card>
  )
}
