import { useState } from 'react'
import type { SubmitEvent } from 'react'

import type { ApiFailure } from '../api/client.ts'
import { messages } from '../messages.ts'
import { Standalone } from '../ui/standalone.tsx'
import { AttemptNotice, SubmitButton } from './attempt-parts.tsx'
import { Field, SecretField } from './fields.tsx'
import { LengthMeter, lengthOf, PASS_PHRASE_MAX, PASS_PHRASE_MIN } from './length-meter.tsx'
import { SetupSteps } from './setup-steps.tsx'
import { useSetupToken } from './setup-token.ts'
import { useAttempt } from './use-attempt.ts'
import type { Faults } from './use-attempt.ts'
import { useSessionStore } from './use-session.ts'

const text = messages.setup

/** Names as the gateway takes them. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/

type Name = 'token' | 'name' | 'password'

/** Makes the first admin, and signs in. `brought` is the token of the link that was opened; empty without one. */
export function SetupPage({ brought }: { brought: string }) {
  const session = useSessionStore()
  const [token, setToken] = useSetupToken(brought)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [over, setOver] = useState(false)
  const { form, faults, run, ...rest } = useAttempt<Name>((failure) => {
    if (failure.problem.code === 'setup-over') setOver(true)
    return explain(failure)
  })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void run(wrongIn(token, name, password), () => session.setUp(token.trim(), name, password))
  }
  const fromLink = brought !== '' && token === brought
  if (over) return <SetupOver />
  return (
    <Standalone title={text.title} purpose={text.purpose}>
      <SetupSteps now={fromLink ? 1 : 0} />
      <form ref={form} className="account-form" method="post" noValidate onSubmit={submit}>
        <AttemptNotice fault={faults.form} {...rest} />
        <Field
          label={text.token}
          value={token}
          onChange={setToken}
          fault={faults.token}
          description={faults.token === undefined && (fromLink ? text.tokenBrought : text.tokenHint)}
          autoComplete="off"
          maxLength={200}
          first={brought === ''}
          mono
        />
        <Field
          label={text.name}
          value={name}
          onChange={setName}
          fault={faults.name}
          description={faults.name === undefined && text.nameHint}
          autoComplete="username"
          maxLength={64}
          first={brought !== ''}
        />
        <SecretField
          label={messages.secret.label}
          value={password}
          onChange={setPassword}
          fault={faults.password}
          description={<LengthMeter length={lengthOf(password)} />}
          autoComplete="new-password"
          maxLength={2 * PASS_PHRASE_MAX}
        />
        <SubmitButton label={text.submit} busyLabel={text.busy} {...rest} />
      </form>
    </Standalone>
  )
}

/** Somebody was here before, or this very person on another day. */
export function SetupOver() {
  return (
    <Standalone title={text.overTitle}>
      <p>{text.over}</p>
      <p>
        <a className="standalone-link" href="/login">
          {text.overLink}
        </a>
      </p>
    </Standalone>
  )
}

function wrongIn(token: string, name: string, password: string): Faults<Name> {
  const length = lengthOf(password)
  return {
    ...(token.trim() === '' && { token: text.noToken }),
    ...(!NAME.test(name) && { name: name === '' ? text.noName : text.badName }),
    ...(length < PASS_PHRASE_MIN && { password: text.shortPassword(length, PASS_PHRASE_MIN) }),
    ...(length > PASS_PHRASE_MAX && { password: text.longPassword(PASS_PHRASE_MAX) }),
  }
}

function explain({ problem }: ApiFailure): Faults<Name> {
  const detail = messages.sentence(problem.detail)
  if (problem.code === 'setup-wrong') return { token: text.wrongToken }
  if (problem.code !== 'invalid-account') return { form: detail }
  return /pass ?(word|phrase)/i.test(detail) ? { password: detail } : { name: detail }
}
