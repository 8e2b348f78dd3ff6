import { useState } from 'react'
import type { SubmitEvent } from 'react'

import { messages } from '../messages.ts'
import { AttemptNotice, SubmitButton } from './attempt-parts.tsx'
import { Field, SecretField } from './fields.tsx'
import { useAttempt } from './use-attempt.ts'
import type { Faults } from './use-attempt.ts'
import { useSessionStore } from './use-session.ts'

const text = messages.signIn

type Name = 'name' | 'password'

/** Name and pass phrase. `user` is who was here before. */
export function SignInForm({ user }: { user: string }) {
  const session = useSessionStore()
  const [name, setName] = useState(user)
  const [password, setPassword] = useState('')
  const { form, faults, run, ...rest } = useAttempt<Name>(({ problem }) =>
    problem.code === 'wrong-credentials' ? { password: text.wrong } : { form: messages.sentence(problem.detail) },
  )
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void run(missing(name, password), () => session.signIn(name.trim(), password))
  }
  return (
    <form ref={form} className="account-form" method="post" noValidate onSubmit={submit}>
      <AttemptNotice fault={faults.form} {...rest} />
      <Field
        label={text.name}
        value={name}
        onChange={setName}
        fault={faults.name}
        autoComplete="username"
        maxLength={200}
        first={user === ''}
      />
      <SecretField
        label={messages.secret.label}
        value={password}
        onChange={setPassword}
        fault={faults.password}
        autoComplete="current-password"
        maxLength={1000}
        first={user !== ''}
      />
      <SubmitButton label={text.submit} busyLabel={text.busy} {...rest} />
    </form>
  )
}

function missing(name: string, password: string): Faults<Name> {
  return {
    ...(name.trim() === '' && { name: text.noName }),
    ...(password === '' && { password: text.noPassword }),
  }
}
