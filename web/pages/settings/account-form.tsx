import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SubmitEvent } from 'react'

import type { UserInfo } from '../../../shared/api.ts'
import { ROLES } from '../../../shared/roles.ts'
import type { Role } from '../../../shared/roles.ts'
import { send } from '../../api/client.ts'
import { text as all } from '../../messages/settings.ts'
import { Field, SecretField } from '../../session/fields.tsx'
import { PASS_PHRASE_MAX } from '../../session/length-meter.tsx'
import { useAccount } from '../../session/use-session.ts'
import { Failure } from '../../ui/answer.tsx'

import styles from './settings.module.css'

const text = all.accounts

interface AccountFormProps {
  /** Null: a new one. */
  readonly user: UserInfo | null
  readonly onClose: () => void
  readonly onSaved: (name: string) => void
}

/** Adds an account, or changes one. */
export function AccountForm({ user, onClose, onSaved }: AccountFormProps) {
  const own = useAccount().user === user?.name
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<Role>(user?.role ?? 'viewer')
  const [groups, setGroups] = useState(user?.groups.join(' ') ?? '')
  const [password, setPassword] = useState('')
  const [certificate, setCertificate] = useState(user?.certificate ?? '')
  const [noName, setNoName] = useState(false)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => {
      const fields = {
        role,
        groups: groups.split(/[\s,]+/).filter((group) => group !== ''),
        certificate: certificate.trim() === '' ? null : certificate.trim(),
        ...(password !== '' && { password }),
      }
      return user === null
        ? send('POST', '/users', { name: name.trim(), ...fields })
        : send('PATCH', `/users/${encodeURIComponent(user.name)}`, fields)
    },
    onSuccess: () => onSaved(name.trim()),
  })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    setNoName(name.trim() === '')
    if (name.trim() !== '' && !isPending) mutate()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={user === null ? text.add : text.editTitle(user.name)}
      transitionProps={{ duration: 0 }}
    >
      <form className={`account-form ${styles.form}`} noValidate onSubmit={submit}>
        {error !== null && <Failure error={error} />}
        {user === null && (
          <Field
            label={text.name}
            value={name}
            onChange={setName}
            fault={noName ? text.noName : undefined}
            description={text.nameHint}
            autoComplete="off"
            maxLength={64}
            first
          />
        )}
        <Select
          label={text.role}
          value={role}
          onChange={(value) => value !== null && setRole(value as Role)}
          data={ROLES.map((value) => ({ value, label: text.roles[value] }))}
          allowDeselect={false}
          disabled={own}
        />
        <TextInput
          label={text.groups}
          value={groups}
          onChange={(event) => setGroups(event.currentTarget.value)}
          description={text.groupsHint}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          maxLength={2000}
        />
        {!own && (
          <SecretField
            label={user === null ? text.password : text.newPassword}
            value={password}
            onChange={setPassword}
            fault={undefined}
            description={user === null ? text.passwordHint : text.newPasswordHint}
            autoComplete="new-password"
            maxLength={PASS_PHRASE_MAX}
          />
        )}
        <Field
          label={text.certificate}
          value={certificate}
          onChange={setCertificate}
          fault={undefined}
          description={text.certificateHint}
          autoComplete="off"
          maxLength={1000}
          mono
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" aria-disabled={isPending}>
            {text.save}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
