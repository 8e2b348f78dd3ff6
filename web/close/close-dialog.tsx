import { Button, Modal, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import type { CloseManyResult, ConnectionSelection } from '../../shared/api.ts'
import { REASON_MAX } from '../../shared/causes.ts'
import { send } from '../api/client.ts'
import { useKey } from '../keys/use-key.ts'
import { useLiveStore } from '../live/use-live.ts'
import { text } from '../messages/close.ts'
import { toast } from '../toasts/toasts.tsx'
import { Failure } from '../ui/answer.tsx'
import { oneLine } from '../ui/one-line.ts'
import { closeManyBody, closingOf, CODES, firstPlan, isReady, MANY, maySend, reasonBytes } from './close-plan.ts'
import type { Block, Pace, Plan } from './close-plan.ts'
import { Preview } from './preview.tsx'
import { CLOSES } from './running-closes.tsx'

import styles from './close.module.css'

interface CloseOptions {
  /** Whether keeping the client out is chosen at first. */
  readonly block?: boolean
  readonly onClose: () => void
}

type CloseDialogProps = CloseOptions &
  (
    | { readonly ids: readonly string[]; readonly filter?: never }
    | { readonly filter: ConnectionSelection; readonly ids?: never }
  )

/**
 * Asks how to close connections, shows what their clients get and how many of which service that is, and closes them.
 * Nothing is closed by Enter: Cancel has the focus, and more than ten want their number typed.
 */
export function CloseDialog({ ids, filter, block = false, onClose }: CloseDialogProps) {
  const store = useLiveStore()
  const queries = useQueryClient()
  const only = ids?.length === 1 ? ids[0] : undefined
  const [plan, setPlan] = useState<Plan>(() => firstPlan(ids?.length ?? MANY, block))
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const selection: ConnectionSelection = filter ?? { ids: [...(ids ?? [])] }
  const preview = useQuery({
    // The reason changes nothing of what is asked here.
    queryKey: ['close-preview', selection, plan.pace, plan.block],
    queryFn: async () => {
      const answer = await send(
        'POST',
        '/connections/close',
        closeManyBody(selection, { ...plan, code: '', reason: '' }, true),
      )
      return (await answer.json()) as CloseManyResult
    },
    placeholderData: keepPreviousData,
    retry: false,
  })
  const count = preview.data?.count ?? ids?.length ?? 0
  const confirmed = count < MANY || typed.trim() === String(count)
  const ready = isReady(plan) && confirmed && count > 0 && preview.error === null && !busy

  const submit = async () => {
    if (!ready) return
    setBusy(true)
    setError(null)
    try {
      toast(only === undefined ? await closeMany(selection, plan) : await closeOne(only, plan))
      void queries.invalidateQueries({ queryKey: [CLOSES] })
      onClose()
    } catch (failure) {
      setError(failure as Error)
      setBusy(false)
    }
  }
  useKey('send', () => void submit())
  const info = only === undefined ? undefined : store.find(only)?.info

  return (
    <Modal
      opened
      onClose={onClose}
      title={preview.data === undefined && ids === undefined ? text.titleUnknown : text.title(count)}
      size="lg"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text.cancel }}
    >
      <div className={styles.body}>
        {info !== undefined && (
          <p className="strong wrap">{text.one(oneLine(info.user ?? info.peer), oneLine(info.service))}</p>
        )}
        <CodeAndReason plan={plan} onChange={setPlan} />
        <div className={styles.choices}>
          {only === undefined && (
            <Choice
              label={text.pace}
              hint={text.paceHint}
              value={plan.pace}
              choices={text.paces}
              onChange={(pace) => setPlan({ ...plan, pace: pace as Pace })}
            />
          )}
          <Choice
            label={text.block}
            hint={text.blockHint}
            value={plan.block}
            choices={text.blocks}
            onChange={(value) => setPlan({ ...plan, block: value as Block })}
          />
        </div>
        <Preview plan={plan} result={preview.data} asked={ids?.length ?? null} many={only === undefined} />
        {preview.error !== null && <Failure error={preview.error} retry={preview.refetch} />}
        {count >= MANY && (
          <TextInput
            label={text.typeNumber(count)}
            value={typed}
            inputMode="numeric"
            autoComplete="off"
            w={220}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {error !== null && <Failure error={error} />}
        <div className={styles.buttons}>
          <span className={styles.keys}>{text.ctrlEnter}</span>
          <Button variant="default" onClick={onClose} data-autofocus>
            {text.cancel}
          </Button>
          <Button color="red.9" disabled={!ready} loading={busy} onClick={() => void submit()}>
            {plan.block === 'no' ? text.confirm(count) : text.confirmBlock(count)}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

interface CodeAndReasonProps {
  readonly plan: Plan
  readonly onChange: (plan: Plan) => void
}

function CodeAndReason({ plan, onChange }: CodeAndReasonProps) {
  const [other, setOther] = useState(false)
  const used = reasonBytes(plan.reason)
  return (
    <>
      <NativeSelect
        label={text.code}
        value={other ? 'other' : plan.code}
        data={[
          ...CODES.map((code) => ({ value: String(code), label: text.codes[code] ?? String(code) })),
          { value: 'other', label: text.otherCode },
        ]}
        onChange={({ currentTarget: { value } }) => {
          setOther(value === 'other')
          onChange({ ...plan, code: value === 'other' ? '' : value })
        }}
      />
      {other && (
        <TextInput
          label={text.number}
          description={text.numberHint}
          inputMode="numeric"
          maxLength={4}
          w={300}
          value={plan.code}
          error={plan.code === '' || maySend(plan.code) ? null : text.badNumber}
          onChange={(event) => onChange({ ...plan, code: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={text.reason}
        description={text.reasonHint}
        value={plan.reason}
        error={used > REASON_MAX ? text.tooLong(used - REASON_MAX) : null}
        rightSectionWidth={112}
        rightSection={<span className={styles.counter}>{text.bytesLeft(used, REASON_MAX)}</span>}
        onChange={(event) => onChange({ ...plan, reason: event.currentTarget.value })}
      />
    </>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly choices: Readonly<Record<string, string>>
  readonly onChange: (value: string) => void
}

function Choice({ label, hint, value, choices, onChange }: ChoiceProps) {
  return (
    <div className={styles.choice}>
      <p className={styles.label}>{label}</p>
      <SegmentedControl
        size="sm"
        aria-label={label}
        value={value}
        onChange={onChange}
        data={Object.entries(choices).map(([key, name]) => ({ value: key, label: name }))}
      />
      <p className={styles.hint}>{hint}</p>
    </div>
  )
}

/** @returns what to say of it */
async function closeOne(id: string, plan: Plan): Promise<string> {
  await send('DELETE', `/connections/${encodeURIComponent(id)}`, closingOf(plan))
  return plan.block === 'no' ? text.closed : text.closedBlocked
}

/** @returns what to say of it */
async function closeMany(selection: ConnectionSelection, plan: Plan): Promise<string> {
  const answer = await send('POST', '/connections/close', closeManyBody(selection, plan, false))
  const { count, takesMs } = (await answer.json()) as CloseManyResult
  return text.closing(count, takesMs)
}
