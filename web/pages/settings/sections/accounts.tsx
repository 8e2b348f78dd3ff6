import { ActionIcon, Button, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pencil, Plus, Power, Trash2 } from 'lucide-react'
import { useState } from 'react'

import type { UserInfo } from '../../../../shared/api.ts'
import { send } from '../../../api/client.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { useAccount } from '../../../session/use-session.ts'
import { toast } from '../../../toasts/toasts.tsx'
import { Answer, Failure } from '../../../ui/answer.tsx'
import { When } from '../../../ui/when.tsx'
import { AccountForm } from '../account-form.tsx'
import { RemoveDialog } from '../remove-dialog.tsx'
import { Section } from '../section.tsx'
import { SettingsTable } from '../settings-table.tsx'

import styles from '../settings.module.css'

const text = all.accounts

/** People and programs that may sign in or connect. */
export function AccountsSection() {
  const users = useGet<{ users: readonly UserInfo[] }>('/users')
  const [edited, setEdited] = useState<UserInfo | 'new' | null>(null)
  const [removed, setRemoved] = useState<UserInfo | null>(null)
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['/users'] })
  const change = useMutation({
    mutationFn: ({ name, enabled }: UserInfo) => send('PATCH', pathOf(name), { enabled: !enabled }),
    onSuccess: (_, { name }) => {
      toast(text.saved(name))
      return again()
    },
  })
  const remove = useMutation({
    mutationFn: ({ name }: UserInfo) => send('DELETE', pathOf(name)),
    onSuccess: (_, { name }) => {
      setRemoved(null)
      toast(text.removed(name))
      return again()
    },
  })
  return (
    <Section
      name="accounts"
      hint={text.hint}
      actions={
        <Button leftSection={<Plus size={15} />} onClick={() => setEdited('new')}>
          {text.add}
        </Button>
      }
    >
      {change.error !== null && <Failure error={change.error} />}
      <Answer of={users}>
        {(answer) => (
          <SettingsTable
            label={text.table}
            head={[text.name, text.role, text.groups, text.signsIn, text.state, text.created, '']}
          >
            {answer.users.map((user) => (
              <Row
                key={user.name}
                user={user}
                onEdit={() => setEdited(user)}
                onSwitch={() => change.mutate(user)}
                onRemove={() => {
                  remove.reset()
                  setRemoved(user)
                }}
              />
            ))}
          </SettingsTable>
        )}
      </Answer>
      {edited !== null && (
        <AccountForm
          user={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={(name) => {
            toast(edited === 'new' ? text.added(name) : text.saved(name))
            setEdited(null)
            void again()
          }}
        />
      )}
      {removed !== null && (
        <RemoveDialog
          title={text.removeTitle(removed.name)}
          hint={text.removeHint}
          name={removed.name}
          confirm={text.removeConfirm}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() => remove.mutate(removed)}
          onClose={() => setRemoved(null)}
        />
      )}
    </Section>
  )
}

interface RowProps {
  readonly user: UserInfo
  readonly onEdit: () => void
  readonly onSwitch: () => void
  readonly onRemove: () => void
}

function Row({ user, onEdit, onSwitch, onRemove }: RowProps) {
  const { name, role, groups, enabled, createdAt } = user
  const own = useAccount().user === name
  return (
    <tr data-off={!enabled || undefined}>
      <td className="strong wrap">
        {name}
        {own && <span className={styles.tag}>{text.you}</span>}
      </td>
      <td>{text.roles[role]}</td>
      <td className="wrap">{groups.join(' ')}</td>
      <td>{waysOf(user)}</td>
      <td>
        <span className={styles.tag} data-tone={enabled ? 'good' : undefined}>
          {enabled ? text.on : text.off}
        </span>
      </td>
      <td className="nowrap">
        <When at={createdAt} />
      </td>
      <td className={styles.end}>
        <RowMenu user={user} own={own} onEdit={onEdit} onSwitch={onSwitch} onRemove={onRemove} />
      </td>
    </tr>
  )
}

function RowMenu({ user: { name, enabled }, own, onEdit, onSwitch, onRemove }: RowProps & { readonly own: boolean }) {
  return (
    <Menu position="bottom-end" width={180} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={text.menu(name)}>
          <Ellipsis size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={15} />} onClick={onEdit}>
          {text.edit}
        </Menu.Item>
        {!own && (
          <>
            <Menu.Item leftSection={<Power size={15} />} onClick={onSwitch}>
              {enabled ? text.disable : text.enable}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<Trash2 size={15} />} onClick={onRemove}>
              {text.remove}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function waysOf({ hasPassword, certificate }: UserInfo): string {
  const ways = [hasPassword && text.ways.password, certificate !== null && text.ways.certificate].filter(
    (way) => way !== false,
  )
  return ways.length === 0 ? text.ways.token : ways.join(', ')
}

function pathOf(name: string): string {
  return `/users/${encodeURIComponent(name)}`
}
