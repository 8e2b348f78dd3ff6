import { Button, Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { SubmitEvent } from 'react'

import type { ServiceBody, ServiceDetail } from '../../../shared/api.ts'
import { ApiFailure } from '../../api/client.ts'
import { useGet } from '../../data/use-get.ts'
import { useKey } from '../../keys/use-key.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text as all } from '../../messages/services.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Answer } from '../../ui/answer.tsx'
import { Notice } from '../../ui/notice.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { SidePanel } from '../../ui/side-panel.tsx'
import { defineService } from './service-api.ts'
import { bodyOf, emptyFields, fieldOf, fieldsOf } from './service-form.ts'
import type { ServiceFaults, ServiceFields } from './service-form.ts'
import { TargetHelp } from './target-help.tsx'
import { useTask } from './use-task.ts'

import styles from './services.module.css'

const text = all.form

/** Panel with the form of a new service; `first` is what stands in it already. */
export function NewServicePanel({ first, onClose }: { first: Partial<ServiceFields>; onClose: () => void }) {
  return <ServiceForm title={text.create} first={{ ...emptyFields, ...first }} before={null} onClose={onClose} />
}

/** Panel with the form of a service that was added here. */
export function EditServicePanel({ name, onClose }: { name: string; onClose: () => void }) {
  const detail = useGet<ServiceDetail>(`/services/${encodeURIComponent(name)}`)
  const entry = detail.data?.entry
  if (entry) {
    return (
      <ServiceForm title={text.edit(oneLine(name))} first={fieldsOf(name, entry)} before={entry} onClose={onClose} />
    )
  }
  return (
    <SidePanel title={text.edit(oneLine(name))} onClose={onClose}>
      <Answer of={detail}>{() => <p>{text.notHere}</p>}</Answer>
    </SidePanel>
  )
}

interface ServiceFormProps {
  readonly title: string
  readonly first: ServiceFields
  /** The entry that is edited; null for a new one. */
  readonly before: ServiceBody | null
  readonly onClose: () => void
}

function ServiceForm({ title, first, before, onClose }: ServiceFormProps) {
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const { services } = useLive()
  const queries = useQueryClient()
  const [fields, setFields] = useState(first)
  const [faults, setFaults] = useState<ServiceFaults>({})
  const { busy, run } = useTask()
  useEffect(() => {
    if (Object.keys(faults).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [faults])

  const save = async () => {
    const read = bodyOf(fields, before)
    const name = fields.name.trim()
    const there = before === null ? services.find((service) => service.name === name) : undefined
    const nameFault = there?.from === 'dashboard' ? text.taken : there?.from === 'defined' ? text.fixed : null
    setFaults({ ...read.faults, ...(nameFault !== null && { name: nameFault }) })
    const { body } = read
    if (body === null || nameFault !== null) return
    const done = await run(() =>
      defineService(name, body).catch((error: unknown) => {
        setFaults(faultsOf(error))
        throw error
      }),
    )
    if (!done) return
    void queries.invalidateQueries({ queryKey: [`/services/${encodeURIComponent(name)}`] })
    void queries.invalidateQueries({ queryKey: ['/services/candidates'] })
    toast(before === null ? all.added(oneLine(name)) : all.saved(oneLine(name)))
    onClose()
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void save()
  }
  useKey('send', () => void save())
  const set =
    <K extends keyof ServiceFields>(key: K) =>
    (value: ServiceFields[K]) =>
      setFields((now) => ({ ...now, [key]: value }))

  return (
    <SidePanel
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" form={id} aria-disabled={busy}>
            {busy ? text.saving : before === null ? text.add : text.save}
          </Button>
        </>
      }
    >
      <form id={id} ref={form} className={styles.form} noValidate onSubmit={submit}>
        {faults.form !== undefined && <Notice tone="error" icon={<CircleAlert size={20} />} title={faults.form} />}
        <TextInput
          label={text.name}
          description={text.nameHint}
          value={fields.name}
          error={faults.name}
          readOnly={before !== null}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          onChange={(event) => set('name')(event.currentTarget.value)}
        />
        <div>
          <TextInput
            label={text.target}
            description={text.targetHint}
            value={fields.target}
            error={faults.target}
            classNames={{ input: 'mono' }}
            autoComplete="off"
            spellCheck={false}
            maxLength={1000}
            onChange={(event) => set('target')(event.currentTarget.value)}
          />
          <TargetHelp />
        </div>
        <Framing value={fields.codec} fault={faults.codec} onChange={set('codec')} />
        <Stack gap={10}>
          <Checkbox
            label={text.text}
            description={text.textHint}
            checked={fields.text}
            onChange={(event) => set('text')(event.currentTarget.checked)}
          />
          <Checkbox
            label={text.halfClose}
            checked={fields.halfClose}
            onChange={(event) => set('halfClose')(event.currentTarget.checked)}
          />
          <Checkbox
            label={text.compression}
            checked={fields.compression}
            onChange={(event) => set('compression')(event.currentTarget.checked)}
          />
        </Stack>
        <fieldset className={styles.limits}>
          <legend>{text.limits}</legend>
          <TextInput
            label={text.maxMessage}
            description={text.maxMessageHint}
            value={fields.maxMessage}
            error={faults.maxMessage}
            autoComplete="off"
            onChange={(event) => set('maxMessage')(event.currentTarget.value)}
          />
          <TextInput
            label={text.maxConnections}
            description={text.maxConnectionsHint}
            value={fields.maxConnections}
            error={faults.maxConnections}
            inputMode="numeric"
            autoComplete="off"
            onChange={(event) => set('maxConnections')(event.currentTarget.value)}
          />
        </fieldset>
        <p className={styles.formNote}>{text.note}</p>
      </form>
    </SidePanel>
  )
}

interface FramingProps {
  readonly value: string
  readonly fault: string | undefined
  readonly onChange: (codec: string) => void
}

/** The framings that this gateway knows; those that we have words for come with them. */
function Framing({ value, fault, onChange }: FramingProps) {
  const { data } = useGet<{ readonly codecs: readonly string[] }>('/capabilities')
  const words: Readonly<Record<string, string>> = text.framings
  const known = data?.codecs ?? Object.keys(words).filter((name) => name !== '')
  const names = ['', ...known, ...(value === '' || known.includes(value) ? [] : [value])]
  return (
    <NativeSelect
      label={text.framing}
      description={text.framingHint}
      data={names.map((name) => ({ value: name, label: words[name] ?? name }))}
      value={value}
      error={fault}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function faultsOf(error: unknown): ServiceFaults {
  if (!(error instanceof ApiFailure)) return { form: messages.noAnswer }
  const { detail } = error.problem
  return { [fieldOf(detail)]: messages.sentence(detail) }
}
