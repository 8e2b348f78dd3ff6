import { Button, Card, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'

import type { PolicyVersion } from '../../../shared/api.ts'
import { getJson } from '../../api/client.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/history.ts'
import { Answer, Failure } from '../../ui/answer.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useVersionActions } from './use-version-actions.ts'
import { VersionRow } from './version-row.tsx'
import { stateOf } from './version-state.ts'

import styles from './history.module.css'

interface Page {
  readonly versions: readonly PolicyVersion[]
  readonly nextCursor: string | null
}

/** The versions, newest first. */
export function VersionTable({ restorable }: { restorable: boolean }) {
  const policy = useLive().policy
  const actions = useVersionActions()
  const current = policy?.current.version ?? null
  const list = useInfiniteQuery({
    // With each version that comes into force the list is asked for again.
    queryKey: ['/policy/versions', current],
    queryFn: ({ pageParam }) =>
      getJson<Page>(pageParam === '' ? '/policy/versions' : `/policy/versions?cursor=${pageParam}`),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  return (
    <Card padding={0} component="section" aria-label={messages.pages.history}>
      {actions.error !== null && <Failure error={actions.error} />}
      {actions.same !== null && (
        <Notice tone="info" icon={<CircleCheck size={20} />} title={text.sameAsNow(actions.same)} />
      )}
      <Answer of={list}>
        {({ pages }) => (
          <>
            <div className={styles.scroll} tabIndex={0} role="group" aria-label={text.table}>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th scope="col" className={styles.end}>
                      {text.version}
                    </th>
                    <th scope="col">{text.when}</th>
                    <th scope="col" className={styles.wide}>
                      {text.who}
                    </th>
                    <th scope="col" className={styles.wide}>
                      {text.kind}
                    </th>
                    <th scope="col">{text.comment}</th>
                    <th scope="col" className={styles.wide}>
                      {text.size}
                    </th>
                    <th scope="col">
                      <VisuallyHidden>{messages.actions}</VisuallyHidden>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {pages
                    .flatMap(({ versions }) => versions)
                    .map((version, at, all) => (
                      <VersionRow
                        key={version.version}
                        version={version}
                        state={stateOf(version, all[at - 1], policy)}
                        current={current}
                        restorable={restorable}
                        actions={actions}
                      />
                    ))}
                </tbody>
              </table>
            </div>
            {list.hasNextPage && (
              <div className={styles.foot}>
                <Button
                  size="xs"
                  variant="default"
                  aria-disabled={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  {text.older}
                </Button>
              </div>
            )}
          </>
        )}
      </Answer>
    </Card>
  )
}
