import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'

import type { SessionRow } from '../../../../shared/api.ts'
import { send } from '../../../api/client.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { toast } from '../../../toasts/toasts.tsx'
import { Answer, Failure } from '../../../ui/answer.tsx'
import { When } from '../../../ui/when.tsx'
import { Section } from '../section.tsx'
import { SettingsTable } from '../settings-table.tsx'

import styles from '../settings.module.css'

const text = all.sessions

/** Browsers that are signed in: all of them for an admin, one's own for others. */
export function SessionsSection() {
  const sessions = useGet<{ sessions: readonly SessionRow[] }>('/sessions', { everyMs: 30_000 })
  const queries = useQueryClient()
  const { mutate, error } = useMutation({
    mutationFn: ({ id }: SessionRow) => send('DELETE', `/sessions/${encodeURIComponent(id)}`),
    onSuccess: (_, { user }) => {
      toast(text.ended(user))
      return queries.invalidateQueries({ queryKey: ['/sessions'] })
    },
  })
  return (
    <Section name="sessions" hint={text.hint}>
      {error !== null && <Failure error={error} />}
      <Answer of={sessions}>
        {(answer) => (
          <SettingsTable label={text.table} head={[text.user, text.address, text.since, text.seen, '']}>
            {answer.sessions.map((session) => (
              <tr key={session.id}>
                <td>
                  {session.user}
                  {session.own && <span className={styles.tag}>{text.own}</span>}
                </td>
                <td className="mono">{session.from}</td>
                <td>
                  <When at={session.createdAt} />
                </td>
                <td>
                  <When at={session.seenAt} />
                </td>
                <td className={styles.end}>
                  {!session.own && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={text.endLabel(session.user, session.from)}
                      onClick={() => mutate(session)}
                    >
                      {text.end}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </SettingsTable>
        )}
      </Answer>
    </Section>
  )
}
