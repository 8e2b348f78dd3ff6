import { Button, Card, CopyButton } from '@mantine/core'
import { Check, Copy, FlaskConical, UserPlus } from 'lucide-react'

import { useLive } from '../../live/use-live.ts'
import { text as all } from '../../messages/welcome.ts'
import { SetupSteps } from '../../session/setup-steps.tsx'
import { useAccount } from '../../session/use-session.ts'
import { snippetCode } from '../../snippets/snippet-code.ts'
import { Snippets } from '../../snippets/snippets.tsx'
import { useBase } from '../../snippets/use-base.ts'
import { useTokenNeeded } from '../../snippets/use-token-needed.ts'
import { AppLink } from '../../ui/app-link.tsx'
import { Command } from '../../ui/command.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { serviceUrl } from '../../ui/service-url.ts'

import styles from './welcome.module.css'

const text = all.done

/** Step 4: where the service is, and what to do with it. */
export function DoneStep({ service, onOther }: { service: string; onOther: () => void }) {
  const { loaded, services } = useLive()
  const base = useBase()
  const { role } = useAccount()
  const token = useTokenNeeded(service) ?? false
  const url = base === null || base === undefined ? null : serviceUrl(base, service)
  const gone = loaded && !services.some(({ name }) => name === service)
  const name = oneLine(service)
  return (
    <div className={styles.page}>
      <SetupSteps now={3} />
      <PageHead
        title={text.title}
        actions={
          <Button variant="default" onClick={onOther}>
            {text.other}
          </Button>
        }
      />
      <Card component="section" className={styles.done} aria-label={text.title}>
        {gone ? (
          <p>{text.gone(name)}</p>
        ) : base === null ? (
          <p>{text.noUrl}</p>
        ) : (
          <>
            <p>{text.at(name)}</p>
            {url !== null && <Command text={url} label={text.copyUrl} />}
            <div className={styles.buttons}>
              <Button
                component={AppLink}
                to={`/try?${new URLSearchParams({ service, connect: '1' })}`}
                size="md"
                leftSection={<FlaskConical size={17} />}
              >
                {text.tryIt}
              </Button>
              {url !== null && (
                <CopyButton value={snippetCode('browser', { url, token })} timeout={1500}>
                  {({ copied, copy }) => (
                    <Button
                      size="md"
                      variant="default"
                      leftSection={copied ? <Check size={16} /> : <Copy size={16} />}
                      onClick={copy}
                    >
                      {copied ? text.copied : text.snippet}
                    </Button>
                  )}
                </CopyButton>
              )}
              {role === 'admin' && (
                <Button
                  component={AppLink}
                  to="/settings?section=accounts"
                  size="md"
                  variant="default"
                  leftSection={<UserPlus size={16} />}
                >
                  {text.invite}
                </Button>
              )}
            </div>
          </>
        )}
      </Card>
      {!gone && url !== null && (
        <Card component="section" aria-label={text.more} className={styles.done}>
          <p className="dim">{text.more}</p>
          <Snippets service={service} url={url} />
        </Card>
      )}
      <p>
        <AppLink to="/" className={styles.link}>
          {text.overview}
        </AppLink>
      </p>
    </div>
  )
}
