import { Button, Modal, Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SubmitEvent } from 'react'

import type { NewToken, TokenScope, UserInfo } from '../../../shared/api.ts'
import { send } from '../../api/client.ts'
import { useGet } from '../../data/use-get.ts'
import { text as all } from '../../messages/settings.ts'
import { Field } from '../../session/fields.tsx'
import { useAccount } from '../../session/use-session.ts'
import { Failure } from '../../ui/answer.tsx'
import { Copyable } from '../../ui/copy-button.tsx'

import styles from './settings.module.css'

const text = all.tokens

const DAY_MS = 24 * 3600 * 1000
const lifetimes = { day: DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS, ever: null } as const
type Lifetime = keyof typeof lifetimes

/** Makes a token, and shows it: once, and never again. */
export function TokenForm({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { user: self } = useAccount()
  const users = useGet<{ users: readonly UserInfo[] }>('/users')
  const [name, setName] = useState('')
  const [user, setUser] = useState(self)
  const [scope, setScope] = useState<TokenScope>('connect')
  const [lifetime, setLifetime] = useState<Lifetime>('month')
  const [noName, setNoName] = useState(false)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => {
      const time = lifetimes[lifetime]
      const expiresAt = time === null ? null : Date.now() + time
      const response = await send('POST', '/tokens', { name: name.trim(), user, scope, expiresAt })
      return (await response.json()) as NewToken
    },
    onSuccess: onMade,
  })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    setNoName(name.trim() === '')
    if (name.trim() !== '' && !isPending) mutate()
  }
  if (data !== undefined) {
    return (
      // Closing it by accident would lose the token.
      <Modal
        opened
        onClose={onClose}
        title={text.madeTitle(data.name)}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
        transitionProps={{ duration: 0 }}
      >
        <div className={styles.form}>
          <p>{text.made}</p>
          <div className={styles.secret}>
            <code className="grow">{data.token}</code>
            <Copyable value={data.token} label={text.copy} />
          </div>
          <div className={styles.buttons}>
            <Button onClick={onClose}>{text.done}</Button>
          </div>
        </div>
      </Modal>
    )
  }
  return (
    <Modal opened onClose={onClose} title={text.add} transitionProps={{ duration: 0 }}>
      <form className={`account-form ${styles.form}`} noValidate onSubmit={submit}>
        {error !== null && <Failure error={error} />}
        <Field
          label={text.name}
          value={name}
          onChange={setName}
          fault={noName ? text.noName : undefined}
          autoComplete="off"
          maxLength={200}
          first
        />
        <Select
          label={text.user}
          value={user}
          onChange={(value) => value !== null && setUser(value)}
          data={[...new Set([self, ...(users.data?.users.map((each) => each.name) ?? [])])]}
          allowDeselect={false}
          searchable
        />
        <Select
          label={text.scope}
          value={scope}
          onChange={(value) => value !== null && setScope(value as TokenScope)}
          data={(Object.keys(text.scopes) as TokenScope[]).map((value) => ({ value, label: text.scopes[value] }))}
          allowDeselect={false}
        />
        <Select
          label={text.lifetime}
          value={lifetime}
          onChange={(value) => value !== null && setLifetime(value as Lifetime)}
          data={(Object.keys(lifetimes) as Lifetime[]).map((value) => ({ value, label: text.lifetimes[value] }))}
          allowDeselect={false}
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" aria-disabled={isPending}>
            {text.make}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
