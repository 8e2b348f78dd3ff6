import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'

import type { TokenInfo } from '../../../../shared/api.ts'
import { send } from '../../../api/client.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { toast } from '../../../toasts/toasts.tsx'
import { Answer } from '../../../ui/answer.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { useTick } from '../../../ui/use-tick.ts'
import { When } from '../../../ui/when.tsx'
import { RemoveDialog } from '../remove-dialog.tsx'
import { Section } from '../section.tsx'
import { SettingsTable } from '../settings-table.tsx'
import { TokenForm } from '../token-form.tsx'

import styles from '../settings.module.css'

const text = all.tokens

/** Secrets of programs: what each may do, and when it was last used. */
export function TokensSection() {
  const tokens = useGet<{ tokens: readonly TokenInfo[] }>('/tokens')
  const [making, setMaking] = useState(false)
  const [revoked, setRevoked] = useState<TokenInfo | null>(null)
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['/tokens'] })
  const revoke = useMutation({
    mutationFn: ({ id }: TokenInfo) => send('DELETE', `/tokens/${encodeURIComponent(id)}`),
    onSuccess: (_, { name }) => {
      setRevoked(null)
      toast(text.revoked(name))
      return again()
    },
  })
  return (
    <Section
      name="tokens"
      hint={text.hint}
      actions={
        <Button leftSection={<Plus size={15} />} onClick={() => setMaking(true)}>
          {text.add}
        </Button>
      }
    >
      <Answer of={tokens}>
        {(answer) =>
          answer.tokens.length === 0 ? (
            <Empty icon={<KeyRound size={22} />} title={text.none}>
              <p>{text.noneHint}</p>
            </Empty>
          ) : (
            <SettingsTable
              label={text.table}
              head={[text.name, text.user, text.scope, text.created, text.lastUsed, text.ends, '']}
            >
              {answer.tokens.map((token) => (
                <Row
                  key={token.id}
                  token={token}
                  onRevoke={() => {
                    revoke.reset()
                    setRevoked(token)
                  }}
                />
              ))}
            </SettingsTable>
          )
        }
      </Answer>
      {making && <TokenForm onMade={() => void again()} onClose={() => setMaking(false)} />}
      {revoked !== null && (
        <RemoveDialog
          title={text.revokeTitle(revoked.name)}
          hint={text.revokeHint}
          name={revoked.name}
          confirm={text.revokeConfirm}
          error={revoke.error}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate(revoked)}
          onClose={() => setRevoked(null)}
        />
      )}
    </Section>
  )
}

function Row({ token, onRevoke }: { token: TokenInfo; onRevoke: () => void }) {
  const { name, user, scope, createdAt, lastUsedAt, expiresAt } = token
  const now = useTick()
  const over = expiresAt !== null && expiresAt < now
  return (
    <tr data-off={over || undefined}>
      <td className="strong wrap">
        {name}
        {over && (
          <span className={styles.tag} data-tone="warning">
            {text.over}
          </span>
        )}
      </td>
      <td className="wrap">{user}</td>
      <td>{text.scopes[scope]}</td>
      <td className="nowrap">
        <When at={createdAt} />
      </td>
      <td className="nowrap">{lastUsedAt === null ? text.unused : <When at={lastUsedAt} />}</td>
      <td className="nowrap">{expiresAt === null ? text.never : <When at={expiresAt} exact />}</td>
      <td className={styles.end}>
        <Button size="compact-sm" variant="default" aria-label={text.revokeLabel(name)} onClick={onRevoke}>
          {text.revoke}
        </Button>
      </td>
    </tr>
  )
}
