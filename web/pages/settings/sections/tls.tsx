import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { LockOpen, RefreshCw } from 'lucide-react'

import type { CertificateInfo, SettingsAnswer } from '../../../../shared/dashboard.ts'
import { send } from '../../../api/client.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { toast } from '../../../toasts/toasts.tsx'
import { Answer, Failure } from '../../../ui/answer.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { useTick } from '../../../ui/use-tick.ts'
import { When } from '../../../ui/when.tsx'
import { Section } from '../section.tsx'

import styles from '../settings.module.css'

const text = all.tls

const DAY_MS = 24 * 3600 * 1000
/** From here on the days that are left are marked. */
const SOON_DAYS = 30

/** The certificate of TLS listeners, and reading it again. */
export function TlsSection() {
  const settings = useGet<SettingsAnswer>('/settings')
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => send('POST', '/settings/tls-reload'),
    onSuccess: () => {
      toast(text.reloaded)
      return queries.invalidateQueries({ queryKey: ['/settings'] })
    },
  })
  const present = settings.data?.certificate != null
  return (
    <Section
      name="tls"
      hint={text.hint}
      actions={
        present && (
          <Button
            variant="default"
            leftSection={<RefreshCw size={15} />}
            aria-disabled={isPending}
            onClick={() => !isPending && mutate()}
          >
            {text.reload}
          </Button>
        )
      }
    >
      {error !== null && <Failure error={error} />}
      <Answer of={settings}>
        {({ certificate }) =>
          certificate === null ? (
            <Empty icon={<LockOpen size={22} />} title={text.none}>
              <p>{text.noneHint}</p>
            </Empty>
          ) : (
            <Certificate certificate={certificate} />
          )
        }
      </Answer>
    </Section>
  )
}

function Certificate({ certificate }: { certificate: CertificateInfo }) {
  const { subject, issuer, names, validFrom, validTo, fingerprint } = certificate
  const days = Math.floor((validTo - useTick()) / DAY_MS)
  return (
    <dl className={styles.facts}>
      <dt>{text.subject}</dt>
      <dd className="mono">{subject}</dd>
      <dt>{text.issuer}</dt>
      <dd className="mono">{issuer}</dd>
      <dt>{text.names}</dt>
      <dd className="mono">{names.join(', ')}</dd>
      <dt>{text.from}</dt>
      <dd>
        <When at={validFrom} exact />
      </dd>
      <dt>{text.to}</dt>
      <dd>
        <When at={validTo} exact />
        <span className={styles.tag} data-tone={days < SOON_DAYS ? 'warning' : 'good'}>
          {text.daysLeft(days)}
        </span>
      </dd>
      <dt>{text.fingerprint}</dt>
      <dd className="mono">{fingerprint}</dd>
    </dl>
  )
}
