import { Button, Card, Checkbox, Radio, Textarea, TextInput, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleAlert, ShieldAlert } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import type { PolicyState } from '../../../shared/api.ts'
import { ApiFailure } from '../../api/client.ts'
import { useKey } from '../../keys/use-key.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'
import { clockLeft } from '../../policy/countdown.ts'
import { useClockAhead } from '../../policy/use-clock-ahead.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { Failure } from '../../ui/answer.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useSecondsLeft } from '../../ui/use-seconds-left.ts'
import { usual } from './commit-choices.ts'
import type { Choices, Faults, Outlook } from './commit-choices.ts'
import { confirmRange, drainRange, DurationField } from './duration-field.tsx'
import { ProblemList } from './problem-list.tsx'
import { useCommit } from './use-commit.ts'

import styles from './review.module.css'

/** Labels above, hints below their field. */
const order: ('label' | 'input' | 'error' | 'description')[] = ['label', 'input', 'error', 'description']

interface PartProps {
  readonly choices: Choices
  readonly outlook: Outlook
  readonly faults: Faults
  readonly set: (change: Partial<Choices>) => void
}

/** How the draft comes into force; the last thing between it and the gateway. */
export function CommitCard() {
  const { changes, preview } = useDraft()
  const pending = useLive().policy?.pending ?? null
  const [choices, setChoices] = useState(usual)
  const { commit, busy, error, faults, blocked, outlook } = useCommit(choices)
  const card = useFocusOnFault(faults, error)
  const part = { choices, outlook, faults, set: (change: Partial<Choices>) => setChoices({ ...choices, ...change }) }
  useKey('send', () => void commit())
  return (
    <Card component="section" aria-labelledby="commit-title" id="commit" className={styles.commit} ref={card}>
      <Title order={2} id="commit-title">
        {text.sections.commit}
      </Title>
      {error !== null && <Refused error={error} />}
      {blocked === 'theirs' && (
        <Notice tone="warning" icon={<ShieldAlert size={20} />} title={text.conflictFirst}>
          <p>
            <Link to="/rules/conflict">{text.conflictLink}</Link>
          </p>
        </Notice>
      )}
      {pending !== null && <Waits pending={pending} />}
      {preview !== null && preview.lockout !== null && (
        <Notice tone="error" icon={<ShieldAlert size={20} />} title={text.lockout}>
          <p>{messages.sentence(preview.lockout)}</p>
          <p>{text.lockoutHint}</p>
        </Notice>
      )}
      {outlook.ending > 0 && <ExistingChoice {...part} />}
      {outlook.failing > 0 && (
        <TextInput
          label={text.tests.override(outlook.failing)}
          description={text.tests.overrideHint}
          inputWrapperOrder={order}
          value={choices.override}
          onChange={(event) => part.set({ override: event.currentTarget.value })}
          error={faults.override}
          maxLength={500}
        />
      )}
      <Textarea
        label={text.comment}
        description={text.commentHint(outlook.commentNeeded)}
        inputWrapperOrder={order}
        value={outlook.comment}
        onChange={(event) => part.set({ comment: event.currentTarget.value })}
        error={faults.comment}
        maxLength={500}
        autosize
        minRows={2}
        maxRows={6}
      />
      <WindowChoice {...part} share={preview?.share ?? 0} />
      <Button
        fullWidth
        aria-disabled={busy || blocked !== null}
        {...(blocked !== null && { 'data-disabled': true })}
        aria-describedby="commit-blocked"
        onClick={() => void commit()}
      >
        {busy ? text.committing : text.commit(changes.length)}
      </Button>
      <p id="commit-blocked" className={styles.blocked}>
        {blocked !== null && text.blocked[blocked]}
      </p>
    </Card>
  )
}

/** What is wrong gets the focus: the first field, or the error on top. */
function useFocusOnFault(faults: Faults, error: Error | null) {
  const card = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const wrong = '[aria-invalid="true"]'
    if (Object.keys(faults).length > 0) card.current?.querySelector<HTMLElement>(wrong)?.focus()
    else if (error !== null) card.current?.querySelector<HTMLElement>('[data-refused]')?.focus()
  }, [faults, error])
  return card
}

function Refused({ error }: { error: Error }) {
  const problems = error instanceof ApiFailure ? (error.problem.problems ?? []) : []
  return (
    <div tabIndex={-1} data-refused className={styles.refused}>
      {error instanceof ApiFailure && problems.length === 0 && <Failure error={error} />}
      {error instanceof ApiFailure && problems.length > 0 && (
        <Notice tone="error" icon={<CircleAlert size={20} />} title={text.refused}>
          <ProblemList problems={problems} />
        </Notice>
      )}
      {!(error instanceof ApiFailure) && <Notice tone="error" icon={<CircleAlert size={20} />} title={text.noAnswer} />}
    </div>
  )
}

function Waits({ pending: { version, deadline } }: { pending: NonNullable<PolicyState['pending']> }) {
  const seconds = useSecondsLeft(deadline + useClockAhead(version))
  return (
    <Notice
      tone="warning"
      icon={<ShieldAlert size={20} />}
      title={<span className="num">{text.pending(version, clockLeft(seconds))}</span>}
      silent
    />
  )
}

function WindowChoice({ choices, outlook, faults, set, share }: PartProps & { readonly share: number }) {
  const { suggestion, confirm } = outlook
  return (
    <div className={styles.confirm}>
      <Checkbox
        label={text.confirm.label}
        description={whyWindow(suggestion, share)}
        checked={confirm}
        disabled={suggestion === 'lockout'}
        onChange={(event) => set({ confirm: event.currentTarget.checked })}
      />
      {confirm && (
        <DurationField
          label={text.confirm.window}
          value={choices.window}
          range={confirmRange}
          error={faults.window}
          onChange={(window) => set({ window })}
        />
      )}
      {confirm && faults.window !== undefined && <Fault>{faults.window}</Fault>}
    </div>
  )
}

function whyWindow(suggestion: Outlook['suggestion'], share: number): string | null {
  if (suggestion === null) return null
  return suggestion === 'share' ? text.confirm.why.share(Math.round(share * 100)) : text.confirm.why[suggestion]
}

function ExistingChoice({ choices, outlook, faults, set }: PartProps) {
  return (
    <Radio.Group
      label={text.existing.label(outlook.ending)}
      value={choices.existing}
      onChange={(value) => set({ existing: value })}
    >
      <div className={styles.radios}>
        <Radio value="close" label={text.existing.close} />
        <div className={styles.drain}>
          <Radio value="drain" label={text.existing.drain} />
          <DurationField
            label={text.existing.over}
            value={choices.drainOver}
            range={drainRange}
            error={faults.drainOver}
            onChange={(drainOver) => set({ drainOver, existing: 'drain' })}
          />
        </div>
        {faults.drainOver !== undefined && <Fault>{faults.drainOver}</Fault>}
        <Radio value="keep" label={text.existing.keep} />
      </div>
    </Radio.Group>
  )
}

function Fault({ children }: { children: string }) {
  return (
    <p className={styles.fault} role="alert">
      {children}
    </p>
  )
}
