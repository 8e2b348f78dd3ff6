import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SubmitEvent } from 'react'

import { send } from '../../../api/client.ts'
import { messages } from '../../../messages.ts'
import { text as all } from '../../../messages/settings.ts'
import { SecretField } from '../../../session/fields.tsx'
import { LengthMeter, lengthOf, PASS_PHRASE_MAX, PASS_PHRASE_MIN } from '../../../session/length-meter.tsx'
import { useAccount } from '../../../session/use-session.ts'
import { toast } from '../../../toasts/toasts.tsx'
import { Failure } from '../../../ui/answer.tsx'
import { Section } from '../section.tsx'

import styles from '../settings.module.css'

const text = all.you

/** Who is signed in, and the way to another pass phrase. */
export function YouSection() {
  const { user, role, by } = useAccount()
  return (
    <Section name="you">
      <p>
        {text.facts(user)} {messages.account.roles[role]}.
      </p>
      {by === 'session' ? <PasswordForm /> : <p className="dim">{text.noSession}</p>}
    </Section>
  )
}

function PasswordForm() {
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const [faults, setFaults] = useState<{ old?: string; new?: string }>({})
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => send('POST', '/session/password', { old, new: fresh }),
    onSuccess: () => {
      setOld('')
      setFresh('')
      toast(text.changed)
    },
  })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const found = {
      ...(old === '' && { old: text.noOld }),
      ...(lengthOf(fresh) < PASS_PHRASE_MIN && { new: text.short }),
    }
    setFaults(found)
    if (Object.keys(found).length === 0 && !isPending) mutate()
  }
  return (
    <form className={`account-form ${styles.form}`} noValidate onSubmit={submit} aria-label={text.password}>
      <h3 className={styles.group}>{text.password}</h3>
      {error !== null && <Failure error={error} />}
      <SecretField
        label={text.old}
        value={old}
        onChange={setOld}
        fault={faults.old}
        autoComplete="current-password"
        maxLength={PASS_PHRASE_MAX}
      />
      <SecretField
        label={text.new}
        value={fresh}
        onChange={setFresh}
        fault={faults.new}
        description={text.newHint}
        autoComplete="new-password"
        maxLength={PASS_PHRASE_MAX}
      />
      <LengthMeter length={lengthOf(fresh)} />
      <div>
        <Button type="submit" aria-disabled={isPending}>
          {text.change}
        </Button>
      </div>
    </form>
  )
}
