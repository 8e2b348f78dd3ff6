import { Badge, Button, Card } from '@mantine/core'
import { Link2Off, PlugZap } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'

import { viewNames } from '../../../shared/client/views.ts'
import type { ViewName } from '../../../shared/client/views.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { Conversation } from '../../conversation/conversation.tsx'
import { takeForTry } from '../../conversation/resend.ts'
import { useLive } from '../../live/use-live.ts'
import { text as conversation } from '../../messages/conversation.ts'
import { text } from '../../messages/try-it.ts'
import { useBase } from '../../snippets/use-base.ts'
import { Waiting } from '../../ui/answer.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { preferredService } from '../../ui/preferred-service.ts'
import { serviceUrl } from '../../ui/service-url.ts'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { hasTypes, sendable } from './compose.ts'
import { Composer } from './composer.tsx'
import { Door, settings as beginning } from './door.tsx'
import { OwnFacts } from './own-facts.tsx'
import { Refusal } from './refusal.tsx'
import { SentHistory } from './sent-history.ts'
import type { Written } from './sent-history.ts'
import { TalkEmpty } from './talk-empty.tsx'
import { useTalk } from './use-talk.ts'
import type { Talk, Way } from './use-talk.ts'
import { written } from './written.ts'

import styles from './try-it.module.css'

/** Types of a message that nobody has chosen: libipc's data. */
const DATA = { mtype: 2, utype: 0 }

/** Talk to a service from here, through the public listener and its rules like anybody else. */
export function TryItPage() {
  const { services, loaded } = useLive()
  const base = useBase()
  const [asked] = useSearchParam('service')
  const talk = useTalk()
  const service = asked !== '' ? asked : preferredService(services)
  return (
    <>
      <PageHead
        title={text.title}
        purpose={text.purpose}
        badge={
          <Badge variant="light" color={talk.phase === 'open' ? 'teal' : 'gray'}>
            {text.states[talk.phase]}
          </Badge>
        }
      />
      {base === undefined || !loaded ? (
        <Waiting retry={() => window.location.reload()} />
      ) : base === null ? (
        <Nothing icon={<Link2Off size={22} />} title={text.door.noListener} hint={text.door.noListenerHint} />
      ) : service === undefined ? (
        <Nothing icon={<PlugZap size={22} />} title={text.door.noService} hint={text.door.noServiceHint} />
      ) : (
        <TryIt base={base} services={services} service={service} talk={talk} />
      )}
    </>
  )
}

function Nothing({ icon, title, hint }: { icon: ReactNode; title: string; hint: string }) {
  return (
    <Card className={styles.bare}>
      <Empty icon={icon} title={title}>
        <p>{hint}</p>
        <Button component={AppLink} to="/services" variant="default">
          {text.door.noServiceLink}
        </Button>
      </Empty>
    </Card>
  )
}

interface TryItProps {
  readonly base: string
  readonly services: readonly ServiceInfo[]
  readonly service: string
  readonly talk: Talk
}

function TryIt({ base, services, service, talk }: TryItProps) {
  const { phase, buffer, failure, open, send, close } = talk
  const [asked, setService] = useSearchParam('service')
  const [askedView, setView] = useSearchParam('view')
  const [filter, setFilter] = useSearchParam('messages')
  const [settings, setSettings] = useState(beginning)
  const [problem, setProblem] = useState<string | null>(null)
  const [begin, setBegin] = useState(takeWritten)
  const [round, setRound] = useState(0)
  const [history] = useState(() => new SentHistory())
  const view: ViewName = viewNames.find((name) => name === askedView) ?? 'payload'
  const asText = view === 'payload' && settings.text
  const url = `${serviceUrl(base, service)}${asText ? '?text=1' : ''}`

  const connect = () => {
    const { identity, token, protocols } = settings
    const missing = identity === 'token' && token.trim() === ''
    setProblem(missing ? text.door.noToken : null)
    if (missing) return
    if (asked !== service) setService(service) // what is preferred may change while this one is in use
    const way: Way = {
      url,
      service,
      view,
      text: asText,
      subprotocols: protocols.split(/\s+/).filter((name) => name !== ''),
      identity: identity === 'token' ? { as: 'token', token: token.trim() } : { as: identity },
    }
    open(way)
  }
  useConnectAtOnce(connect)
  const sendText = (body: string) => send(body, sendable(view, body, DATA), hasTypes(view) ? DATA : null)
  return (
    <div className={styles.page}>
      <Door
        services={services}
        service={service}
        onService={setService}
        view={view}
        onView={(name) => setView(name === 'payload' ? '' : name)}
        settings={settings}
        onSettings={(next) => {
          setProblem(null)
          setSettings(next)
        }}
        url={url}
        problem={problem}
        phase={phase}
        onConnect={connect}
        onDisconnect={close}
      />
      <Card padding={0} component="section" aria-label={text.talk.title} className={styles.talk}>
        <Conversation
          buffer={buffer}
          label={text.talk.list}
          words="own"
          filter={filter}
          onFilter={setFilter}
          fileName={text.talk.fileName(service)}
          empty={<TalkEmpty phase={phase} service={service} view={view} onConnect={connect} onFirst={sendText} />}
          resend={{
            label: conversation.pane.again,
            go: (message) => {
              setBegin(written(message))
              setRound(round + 1)
            },
          }}
        >
          <Composer key={round} enabled={phase === 'open'} view={view} begin={begin} history={history} onSend={send} />
        </Conversation>
      </Card>
      {failure !== null ? <Refusal failure={failure} /> : <OwnFacts talk={talk} service={service} />}
    </div>
  )
}

/** A message brought along from where it was read. */
function takeWritten(): Written | null {
  const resent = takeForTry()
  return resent === null
    ? null
    : written(typeof resent.body === 'string' ? { text: resent.body, bytes: null } : { text: null, bytes: resent.body })
}

/** `?connect=1` connects once, and leaves the address. */
function useConnectAtOnce(connect: () => void): void {
  const [asked, setAsked] = useSearchParam('connect')
  useEffect(() => {
    if (asked === '') return
    setAsked('')
    connect()
    // Once, when the page is there; later changes of the settings connect nothing.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
}
