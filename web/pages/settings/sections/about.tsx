import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'

import type { CheckLine, SettingsAnswer } from '../../../../shared/dashboard.ts'
import { send } from '../../../api/client.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { Answer, Failure } from '../../../ui/answer.tsx'
import { Section } from '../section.tsx'

import styles from '../settings.module.css'

const text = all.about

/** What this is made of, and whether anything about it is wrong. */
export function AboutSection() {
  const settings = useGet<SettingsAnswer>('/settings')
  return (
    <Section name="about">
      <Answer of={settings}>
        {({ about }) => (
          <>
            <dl className={styles.facts}>
              <dt>{text.version}</dt>
              <dd>{about.version}</dd>
              <dt>{text.node}</dt>
              <dd>{about.node}</dd>
              <dt>{text.platform}</dt>
              <dd>{about.platform}</dd>
            </dl>
            <SelfCheck />
            {about.licences.length > 0 && (
              <details>
                <summary>{text.licences}</summary>
                <dl className={styles.facts}>
                  {about.licences.map(({ name, version, licence }) => (
                    <Licence key={`${name} ${version}`} name={`${name} ${version}`} licence={licence} />
                  ))}
                </dl>
              </details>
            )}
          </>
        )}
      </Answer>
    </Section>
  )
}

function Licence({ name, licence }: { name: string; licence: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{licence}</dd>
    </>
  )
}

function SelfCheck() {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => {
      const response = await send('POST', '/settings/check')
      return ((await response.json()) as { checks: readonly CheckLine[] }).checks
    },
  })
  const wrong = data?.filter(({ ok }) => !ok).length ?? 0
  return (
    <>
      <div>
        <Button variant="default" aria-disabled={isPending} onClick={() => !isPending && mutate()}>
          {isPending ? text.checking : text.check}
        </Button>
      </div>
      {error !== null && <Failure error={error} />}
      <div role="status">
        {data !== undefined && (
          <>
            <p className="strong">{wrong === 0 ? text.fine : text.wrong(wrong)}</p>
            <ul className={styles.checks}>
              {data.map(({ ok, title, detail }) => (
                <li key={title}>
                  <span className={styles.tag} data-tone={ok ? 'good' : 'warning'}>
                    {ok ? text.ok : text.look}
                  </span>
                  <div>
                    {title}
                    {detail !== '' && <p className="dim">{detail}</p>}
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </>
  )
}
