import { Button } from '@mantine/core'
import { MessageSquareText, Plug, Send } from 'lucide-react'

import type { ViewName } from '../../../shared/client/views.ts'
import { text as messages } from '../../messages/try-it.ts'
import { Empty } from '../../ui/empty.tsx'
import type { Talk } from './use-talk.ts'

const text = messages.talk

interface TalkEmptyProps {
  readonly phase: Talk['phase']
  readonly service: string
  readonly view: ViewName
  /** Null when there is no address to connect to. */
  readonly onConnect: (() => void) | null
  readonly onFirst: (body: string) => void
}

/** What stands in the conversation before anything was said: the one thing to do next. */
export function TalkEmpty({ phase, service, view, onConnect, onFirst }: TalkEmptyProps) {
  if (phase === 'closed') {
    return (
      <Empty icon={<Plug size={22} />} title={text.notConnected}>
        <p>{text.notConnectedHint(service)}</p>
        {onConnect !== null && (
          <Button size="md" onClick={onConnect}>
            {text.connectTo(service)}
          </Button>
        )}
      </Empty>
    )
  }
  if (phase === 'connecting') return <Empty icon={<Plug size={22} />} title={text.connecting} />
  return (
    <Empty icon={<MessageSquareText size={22} />} title={text.first}>
      <p>{view === 'packet' ? text.firstPacket : text.firstHint}</p>
      {view !== 'packet' && (
        <Button size="md" leftSection={<Send size={16} />} onClick={() => onFirst(text.firstBody)}>
          {text.sendFirst(text.firstBody)}
        </Button>
      )}
    </Empty>
  )
}
