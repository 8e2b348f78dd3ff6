import { ActionIcon, Button, Card, NativeSelect, Title, Tooltip } from '@mantine/core'
import { Eraser } from 'lucide-react'
import { useState } from 'react'

import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { preferredService } from '../../ui/preferred-service.ts'
import { serviceUrl } from '../../ui/service-url.ts'
import { Composer } from './composer.tsx'
import { Conversation } from './conversation.ts'
import { Log } from './log.tsx'
import type { Form } from './log.tsx'
import { useSession } from './use-session.ts'

const text = messages.tryIt

/** Talk to a service from here, through the public listener and its rules like anybody else. */
export function TryIt({ base, known }: { base: string | null; known: boolean }) {
  const { services, loaded } = useLive()
  const [conversation] = useState(() => new Conversation())
  const { phase, open, send, close } = useSession(conversation)
  const [chosen, setChosen] = useState('')
  const [form, setForm] = useState<Form>('text')
  const service = services.some(({ name }) => name === chosen) ? chosen : preferredService(services)
  const missing = known && base === null ? text.noListener : loaded && service === undefined ? text.noService : null
  const start = () => {
    if (base === null || service === undefined) return
    setChosen(service) // what is preferred may change while this one is in use
    open(serviceUrl(base, service))
  }
  return (
    <Card component="section" aria-labelledby="try-title" className="try">
      <div className="card-head">
        <Title order={2} id="try-title">
          {text.title}
        </Title>
        <span className="dim">{text.purpose}</span>
      </div>
      <div className="try-door">
        <NativeSelect
          aria-label={text.service}
          data={services.map(({ name }) => name)}
          value={service ?? ''}
          disabled={phase !== 'closed' || service === undefined}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        {phase === 'closed' ? (
          <Button disabled={base === null || service === undefined} onClick={start}>
            {text.connect}
          </Button>
        ) : (
          <Button variant="default" onClick={close}>
            {phase === 'connecting' ? text.connecting : text.disconnect}
          </Button>
        )}
      </div>
      <Log conversation={conversation} form={form} hint={missing ?? text.empty} />
      <Composer enabled={phase === 'open'} form={form} onForm={setForm} onSend={send}>
        <Tooltip label={text.clear}>
          <ActionIcon variant="subtle" color="gray" aria-label={text.clear} onClick={() => conversation.clear()}>
            <Eraser size={16} />
          </ActionIcon>
        </Tooltip>
      </Composer>
    </Card>
  )
}
