import { Button, Card, SegmentedControl, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleAlert, FileCheck } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'

import type { PolicyPreview } from '../../../shared/api.ts'
import { ApiFailure } from '../../api/client.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'
import { cameFrom } from '../../policy/came-from.ts'
import { ChangeList } from '../../policy/change-list.tsx'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { useMayChange } from '../../session/use-session.ts'
import { Failure, Waiting } from '../../ui/answer.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { CommitCard } from './commit-card.tsx'
import { Effects } from './effects.tsx'
import { EntryLink } from './entry-link.tsx'
import { ProblemList } from './problem-list.tsx'
import { TestList } from './test-list.tsx'
import { TextDiff } from './text-diff.tsx'

import styles from './review.module.css'

const above = [{ path: '/rules/firewall', title: messages.pages.firewall }]

/** What the draft does, before it does it; and the way to bring it into force. */
export function ReviewPage() {
  const { status, error, changes } = useDraft()
  const store = useDraftStore()
  const mayChange = useMayChange()
  const managed = useLive().policy?.managed ?? null
  // As it was when the page was opened: the addresses below are pages of their own.
  const [back] = useState(cameFrom)
  return (
    <>
      <PageHead
        title={messages.pages.review}
        purpose={text.purpose}
        above={above}
        actions={
          <Button component={Link} to={back} variant="default">
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
  const documents = { before: base.document, after: document }
  return (
    <>
      <Parts committable={committable} />
      <div className={styles.page} data-alone={!committable || undefined}>
        <div className={styles.facts}>
          <Section
            name="changes"
            count={changes.length}
            actions={
              <SegmentedControl
                size="xs"
                aria-label={text.sections.changes}
                value={as}
                onChange={(value) => setAs(value)}
                data={[
                  { value: 'rules', label: text.asRules },
                  { value: 'text', label: text.asText },
                ]}
              />
            }
          >
            {as === 'rules' ? <ChangeList changes={changes} documents={documents} /> : <TextDiff {...documents} />}
          </Section>
          {previewError !== null && <NotChecked error={previewError} />}
          {preview === null && previewError === null && (
            <Waiting retry={() => store.refreshPreview()}>
              <p>{text.checking}</p>
            </Waiting>
          )}
          {preview !== null && (
            <div className={styles.facts} data-old={previewing || undefined} aria-busy={previewing}>
              <Outlook preview={preview} />
            </div>
          )}
        </div>
        {committable && <CommitCard />}
      </div>
    </>
  )
}

/** What is wrong with the question, or that nobody answered it; it is asked again by itself. */
function NotChecked({ error }: { error: Error }) {
  const store = useDraftStore()
  const retry = () => store.refreshPreview()
  if (error instanceof ApiFailure) return <Failure error={error} retry={retry} />
  return (
    <Notice
      tone="error"
      icon={<CircleAlert size={20} />}
      title={text.checkFailed}
      actions={
        <Button size="xs" variant="default" onClick={retry}>
          {messages.retry}
        </Button>
      }
    />
  )
}

/** How much each part of the page holds, and the way there. */
function Parts({ committable }: { committable: boolean }) {
  const { changes, preview } = useDraft()
  const parts: { name: SectionProps['name']; count: number | null; tone?: SectionProps['tone'] }[] = [
    { name: 'changes', count: changes.length },
  ]
  if (preview !== null) {
    const { problems, open, tests, findings } = preview
    const failing = tests.filter(({ pass }) => !pass).length
    const warnings = warningsOf(findings).length
    // Of rules that can't be used nothing else can be said.
    if (problems.length > 0) parts.push({ name: 'problems', count: problems.length, tone: 'error' })
    else {
      parts.push({ name: 'connections', count: open.effects.length })
      parts.push({ name: 'tests', count: failing, tone: failing > 0 ? 'error' : undefined })
      parts.push({ name: 'warnings', count: warnings, tone: warnings > 0 ? 'warning' : undefined })
    }
  }
  if (committable) parts.push({ name: 'commit', count: null })
  return (
    <nav aria-label={text.parts} className={styles.parts}>
      {parts.map(({ name, count, tone }) => (
        <Link key={name} to="." search hash={name} replace className={styles.part}>
          {text.sections[name]}
          {count !== null && (
            <span className={styles.count} data-tone={tone}>
              {count}
            </span>
          )}
        </Link>
      ))}
    </nav>
  )
}

/** Tests have their own section, and a new rule has not matched anything yet. */
function warningsOf(findings: PolicyPreview['findings']): PolicyPreview['findings'] {
  return findings.filter(({ kind }) => kind !== 'never-hit' && kind !== 'test-failed')
}

function Outlook({ preview }: { preview: PolicyPreview }) {
  const { problems, tests, findings } = preview
  const failing = tests.filter(({ pass }) => !pass).length
  const warnings = warningsOf(findings)
  if (problems.length > 0) {
    return (
      <Section name="problems" count={problems.length} tone="error">
        <p>{text.problemsHint}</p>
        <ProblemList problems={problems} />
      </Section>
    )
  }
  return (
    <>
      <Section name="connections" count={preview.open.effects.length}>
        <Effects preview={preview} />
      </Section>
      <Section name="tests" count={failing} tone={failing > 0 ? 'error' : undefined}>
        <TestList results={tests} />
      </Section>
      <Section name="warnings" count={warnings.length} tone={warnings.length > 0 ? 'warning' : undefined}>
        {warnings.length === 0 ? (
          <p className="dim">{text.warnings.none}</p>
        ) : (
          <ul className={styles.list}>
            {warnings.map(({ kind, id, message }) => (
              <li key={`${kind} ${id}`}>
                <EntryLink id={id} /> {messages.sentence(message)}
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
    <Card component="section" id={name} aria-labelledby={`${name}-title`} className={styles.section}>
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
