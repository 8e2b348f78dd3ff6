import { Button, Card, Checkbox, Radio, Select, Textarea, TextInput, Title } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { ShieldAlert } from 'lucide-react'
import { useState } from 'react'

import type { Existing, PolicyState } from '../../../shared/api.ts'
import { ApiFailure, send } from '../../api/client.ts'
import { useKey } from '../../keys/use-key.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'
import type { DraftState } from '../../policy/draft-store.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Failure } from '../../ui/answer.tsx'
import { Notice } from '../../ui/notice.tsx'
import { suggestWindow } from './suggest-window.ts'

import styles from './review.module.css'

/** From so many changed entries on a comment is asked for. */
const COMMENT_FROM = 6

interface Choices {
  readonly existing: Existing
  readonly drainOver: string
  /** Null: as it is suggested. */
  readonly confirm: boolean | null
  readonly window: string
  readonly comment: string
  readonly override: string
}

const usual: Choices = {
  existing: 'close',
  drainOver: '5m',
  confirm: null,
  window: '60s',
  comment: '',
  override: '',
}

/** How the draft comes into force; the last thing between it and the gateway. */
export function CommitCard() {
  const draft = useDraft()
  const pending = useLive().policy?.pending ?? null
  const [choices, setChoices] = useState(usual)
  const { commit, busy, error, faults } = useCommit(draft, choices)
  const { preview, theirs, changes } = draft
  const suggestion = suggestWindow(preview)
  const confirm = suggestion === 'lockout' || (choices.confirm ?? suggestion !== null)
  const failing = preview?.tests.some(({ pass }) => !pass) ?? false
  const ending = preview?.open.effects.some(({ effect }) => effect !== 'allowed') ?? false
  const set = (change: Partial<Choices>) => setChoices({ ...choices, ...change })
  const blocked = theirs !== null || pending !== null || (preview?.problems.length ?? 0) > 0
  useKey('send', () => void commit(confirm), !blocked)
  return (
    <Card component="section" aria-labelledby="commit-title" className={styles.commit}>
      <Title order={2} id="commit-title">
        {text.sections.commit}
      </Title>
      {error !== null && <Failure error={error} />}
      {theirs !== null && (
        <Notice tone="warning" icon={<ShieldAlert size={20} />} title={text.conflictFirst}>
          <p>
            <Link to="/rules/conflict">{text.conflictLink}</Link>
          </p>
        </Notice>
      )}
      {pending !== null && <Notice tone="warning" icon={<ShieldAlert size={20} />} title={text.pending} />}
      {preview !== null && preview.lockout !== null && (
        <Notice tone="error" icon={<ShieldAlert size={20} />} title={text.lockout}>
          <p>{messages.sentence(preview.lockout)}</p>
          <p>{text.lockoutHint}</p>
        </Notice>
      )}
      {ending && <ExistingChoice choices={choices} set={set} />}
      {failing && (
        <TextInput
          label={text.tests.override}
          description={text.tests.overrideHint}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          value={choices.override}
          onChange={(event) => set({ override: event.currentTarget.value })}
          error={faults.override}
          maxLength={500}
        />
      )}
      <Textarea
        label={text.comment}
        description={text.commentHint}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        value={choices.comment}
        onChange={(event) => set({ comment: event.currentTarget.value })}
        error={faults.comment}
        maxLength={500}
        autosize
        minRows={2}
        maxRows={6}
      />
      <div className={styles.confirm}>
        <Checkbox
          label={text.confirm.label}
          description={whyWindow(suggestion, preview?.share ?? 0)}
          checked={confirm}
          disabled={suggestion === 'lockout'}
          onChange={(event) => set({ confirm: event.currentTarget.checked })}
        />
        {confirm && (
          <Select
            aria-label={text.confirm.window}
            value={choices.window}
            onChange={(value) => value !== null && set({ window: value })}
            data={Object.entries(text.confirm.windows).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
            size="xs"
            w={150}
          />
        )}
      </div>
      <Button fullWidth aria-disabled={busy || blocked} disabled={blocked} onClick={() => void commit(confirm)}>
        {busy ? text.committing : text.commit(changes.length)}
      </Button>
    </Card>
  )
}

function whyWindow(suggestion: ReturnType<typeof suggestWindow>, share: number): string | null {
  if (suggestion === null) return null
  return suggestion === 'share' ? text.confirm.why.share(Math.round(share * 100)) : text.confirm.why[suggestion]
}

function ExistingChoice({ choices, set }: { choices: Choices; set: (change: Partial<Choices>) => void }) {
  return (
    <Radio.Group
      label={text.existing.label}
      value={choices.existing}
      onChange={(value) => set({ existing: value as Existing })}
    >
      <div className={styles.radios}>
        <Radio value="close" label={text.existing.close} />
        <div className={styles.drain}>
          <Radio value="drain" label={text.existing.drain} />
          <Select
            aria-label={text.existing.over}
            value={choices.drainOver}
            onChange={(value) => value !== null && set({ drainOver: value, existing: 'drain' })}
            data={Object.entries(text.confirm.windows).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
            size="xs"
            w={130}
          />
        </div>
        <Radio value="keep" label={text.existing.keep} />
      </div>
    </Radio.Group>
  )
}

interface Faults {
  readonly comment?: string
  readonly override?: string
}

function useCommit({ changes, preview, theirs }: DraftState, choices: Choices) {
  const store = useDraftStore()
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const [faults, setFaults] = useState<Faults>({})
  const commit = async (confirm: boolean) => {
    if (busy || theirs !== null) return
    const failing = preview?.tests.some(({ pass }) => !pass) ?? false
    const override = choices.override.trim()
    const found: Faults = {
      ...(changes.length >= COMMENT_FROM && choices.comment.trim() === '' && { comment: text.commentMissing }),
      ...(failing && override === '' && { override: text.tests.overrideMissing }),
    }
    setFaults(found)
    setError(null)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const state = await store.commit({
        existing: choices.existing,
        ...(choices.existing === 'drain' && { drainOver: choices.drainOver }),
        ...(confirm && { confirmWithin: choices.window }),
        comment: choices.comment.trim(),
        ...(failing && { override }),
      })
      tell(state)
      await navigate({ to: '/rules/firewall' })
    } catch (failure) {
      // Somebody was faster: what they did comes by the live feed, and is settled there.
      if (failure instanceof ApiFailure && failure.problem.status === 412) await navigate({ to: '/rules/conflict' })
      setError(failure as Error)
    } finally {
      setBusy(false)
    }
  }
  return { commit, busy, error, faults }
}

/** With the way back, where there is one on a click: a commit that waits has its own, on every page. */
function tell({ current: { version }, pending }: PolicyState): void {
  if (pending !== null) toast(text.waiting(version))
  else {
    const undo = () =>
      void send('POST', '/policy/undo').then(
        () => toast(text.undone(version)),
        (failure: unknown) =>
          toast(failure instanceof ApiFailure ? messages.sentence(failure.problem.detail) : messages.noAnswer),
      )
    toast(text.committed(version), { undo })
  }
}
