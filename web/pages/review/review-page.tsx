import { Button, Card, SegmentedControl, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleAlert, FileCheck } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'

import type { PolicyPreview } from '../../../shared/api.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'
import { ChangeList } from '../../policy/change-list.tsx'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { useMayChange } from '../../session/use-session.ts'
import { Failure, Waiting } from '../../ui/answer.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { CommitCard } from './commit-card.tsx'
import { Effects } from './effects.tsx'
import { TextDiff } from './text-diff.tsx'

import styles from './review.module.css'

const above = [{ path: '/rules/firewall', title: messages.pages.firewall }]

/** What the draft does, before it does it; and the way to bring it into force. */
export function ReviewPage() {
  const { status, error, changes } = useDraft()
  const store = useDraftStore()
  const mayChange = useMayChange()
  const managed = useLive().policy?.managed ?? null
  return (
    <>
      <PageHead
        title={messages.pages.review}
        purpose={text.purpose}
        above={above}
        actions={
          <Button component={Link} to="/rules/firewall" variant="default">
            {text.back}
          </Button>
        }
      />
      {status === 'loading' && <Waiting retry={() => store.load()} />}
      {status === 'failed' && error !== null && <Failure error={error} retry={() => store.load()} />}
      {status === 'ready' &&
        (changes.length === 0 ? (
          <Nothing />
        ) : (
          <>
            {!mayChange && <Notice tone="info" icon={<CircleAlert size={20} />} title={text.noRight} />}
            {managed !== null && <Notice tone="info" icon={<CircleAlert size={20} />} title={text.managed} />}
            <Draft committable={mayChange && managed === null} />
          </>
        ))}
    </>
  )
}

function Nothing() {
  return (
    <Empty icon={<FileCheck size={22} />} title={text.none}>
      <p>{text.noneHint}</p>
      <div className={styles.buttons}>
        <Button component={Link} to="/rules/firewall" variant="default">
          {text.firewall}
        </Button>
        <Button component={Link} to="/rules/redirection" variant="default">
          {text.redirection}
        </Button>
      </div>
    </Empty>
  )
}

function Draft({ committable }: { committable: boolean }) {
  const { changes, preview, previewing, previewError, base, document } = useDraft()
  const store = useDraftStore()
  const [as, setAs] = useState<'rules' | 'text'>('rules')
  return (
    <div className={styles.page}>
      <div className={styles.facts}>
        <Section
          name="changes"
          count={changes.length}
          actions={
            <SegmentedControl
              size="xs"
              aria-label={text.sections.changes}
              value={as}
              onChange={(value) => setAs(value as 'rules' | 'text')}
              data={[
                { value: 'rules', label: text.asRules },
                { value: 'text', label: text.asText },
              ]}
            />
          }
        >
          {as === 'rules' ? <ChangeList changes={changes} /> : <TextDiff before={base.document} after={document} />}
        </Section>
        {previewError !== null && <Failure error={previewError} retry={() => store.refreshPreview()} />}
        {preview === null && previewError === null && (
          <Waiting retry={() => store.refreshPreview()}>
            <p>{text.checking}</p>
          </Waiting>
        )}
        {preview !== null && (
          <div className={styles.facts} data-old={previewing || undefined}>
            <Outlook preview={preview} />
          </div>
        )}
      </div>
      {committable && <CommitCard />}
    </div>
  )
}

function Outlook({ preview }: { preview: PolicyPreview }) {
  const { problems, tests, findings } = preview
  const failing = tests.filter(({ pass }) => !pass)
  const warnings = findings.filter(({ kind }) => kind !== 'never-hit' && kind !== 'test-failed')
  return (
    <>
      {problems.length > 0 && (
        <Section name="problems" count={problems.length} tone="error">
          <p>{text.problemsHint}</p>
          <ul className={styles.list}>
            {problems.map(({ pointer, message }) => (
              <li key={`${pointer} ${message}`}>
                <code>{pointer}</code> {messages.sentence(message)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section name="connections" count={preview.open.effects.length}>
        <Effects preview={preview} />
      </Section>
      <Section name="tests" count={failing.length} tone={failing.length > 0 ? 'error' : undefined}>
        {tests.length === 0 ? (
          <p className="dim">
            {text.tests.none}{' '}
            <Link to="/rules/tests" search={{ edit: 'new' } as never}>
              {text.tests.add}
            </Link>
          </p>
        ) : (
          <p>{failing.length === 0 ? text.tests.pass(tests.length) : text.tests.fail(failing.length)}</p>
        )}
        {failing.length > 0 && (
          <ul className={styles.list}>
            {failing.map(({ id, message }) => (
              <li key={id}>
                <Link to="/rules/tests" search={{ edit: id } as never}>
                  <code>{id}</code>
                </Link>{' '}
                {messages.sentence(message)}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section name="warnings" count={warnings.length} tone={warnings.length > 0 ? 'warning' : undefined}>
        {warnings.length === 0 ? (
          <p className="dim">{text.warnings.none}</p>
        ) : (
          <ul className={styles.list}>
            {warnings.map(({ kind, id, message }) => (
              <li key={`${kind} ${id}`}>
                <code>{id}</code> {messages.sentence(message)}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  )
}

interface SectionProps {
  readonly name: keyof typeof text.sections
  readonly count: number
  readonly tone?: 'error' | 'warning' | undefined
  readonly actions?: ReactNode
  readonly children: ReactNode
}

function Section({ name, count, tone, actions, children }: SectionProps) {
  return (
    <Card component="section" aria-labelledby={`${name}-title`} className={styles.section}>
      <div className={styles.head}>
        <Title order={2} id={`${name}-title`}>
          {text.sections[name]}
        </Title>
        <span className={styles.count} data-tone={tone}>
          {count}
        </span>
        <span className="grow" />
        {actions}
      </div>
      {children}
    </Card>
  )
}
