import { ActionIcon, Button, Card, Menu, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Download, Ellipsis, GitCompare, History } from 'lucide-react'
import { useState } from 'react'

import type { PolicyState, PolicyVersion } from '../../../shared/api.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { getJson } from '../../api/client.ts'
import { saveFile } from '../../conversation/save-file.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/history.ts'
import { useDraftStore } from '../../policy/use-draft.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Answer, Failure } from '../../ui/answer.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { When } from '../../ui/when.tsx'

import styles from './history.module.css'

interface Page {
  readonly versions: readonly PolicyVersion[]
  readonly nextCursor: string | null
}

/** The versions, newest first. */
export function VersionTable({ restorable }: { restorable: boolean }) {
  const policy = useLive().policy
  const { restore, download, error } = useActions()
  const list = useInfiniteQuery({
    // With each version that comes into force the list is asked for again.
    queryKey: ['/policy/versions', policy?.current.version],
    queryFn: ({ pageParam }) =>
      getJson<Page>(pageParam === '' ? '/policy/versions' : `/policy/versions?cursor=${pageParam}`),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  return (
    <Card padding={0} component="section" aria-label={messages.pages.history}>
      {error !== null && <Failure error={error} />}
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
                    <th scope="col">{text.who}</th>
                    <th scope="col">{text.kind}</th>
                    <th scope="col">{text.comment}</th>
                    <th scope="col">
                      <VisuallyHidden>{messages.actions}</VisuallyHidden>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {pages
                    .flatMap(({ versions }) => versions)
                    .map((version) => (
                      <Row
                        key={version.version}
                        version={version}
                        policy={policy}
                        onRestore={restorable ? () => void restore(version.version) : null}
                        onDownload={() => void download(version.version)}
                      />
                    ))}
                </tbody>
              </table>
            </div>
            {list.hasNextPage && (
              <div className={styles.foot}>
                <Button size="xs" variant="default" onClick={() => void list.fetchNextPage()}>
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

function useActions() {
  const draft = useDraftStore()
  const navigate = useNavigate()
  const [error, setError] = useState<Error | null>(null)
  const withDocument = async (version: number, work: (document: PolicyDocument) => unknown) => {
    setError(null)
    try {
      const { document } = await getJson<{ document: PolicyDocument }>(`/policy/versions/${version}`)
      await work(document)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return {
    error,
    restore: (version: number) =>
      withDocument(version, async (document) => {
        draft.edit(text.restoreStep(version), () => document)
        toast(text.restored(version))
        await navigate({ to: '/rules/review' })
      }),
    download: (version: number) =>
      withDocument(version, (document) =>
        saveFile(`sockgate-policy-${version}.json`, `${JSON.stringify(document, null, 2)}\n`, 'application/json'),
      ),
  }
}

interface RowProps {
  readonly version: PolicyVersion
  readonly policy: PolicyState | null
  /** Null: who may not, or it is in force. */
  readonly onRestore: (() => void) | null
  readonly onDownload: () => void
}

function Row({ version: { version, at, author, comment, kind }, policy, onRestore, onDownload }: RowProps) {
  const inForce = policy?.current.version === version
  const waits = policy?.pending?.version === version
  return (
    <tr data-now={inForce || undefined}>
      <td className={`${styles.end} num strong`}>{version}</td>
      <td className="nowrap">
        <When at={at} />
      </td>
      <td className="wrap">{oneLine(author)}</td>
      <td className="nowrap">
        {text.kinds[kind]}
        {inForce && (
          <span className={styles.tag} data-tone={waits ? 'warning' : 'good'}>
            {waits ? text.waiting : text.inForce}
          </span>
        )}
      </td>
      <td className={styles.comment}>{oneLine(comment)}</td>
      <td className={styles.actions}>
        {version > 1 && (
          <Button
            component={Link}
            to="/history"
            search={{ compare: `${version - 1}..${version}` } as never}
            size="compact-sm"
            variant="default"
            leftSection={<GitCompare size={13} />}
            title={text.compare}
          >
            {text.compareShort}
          </Button>
        )}
        <Menu position="bottom-end" width={230}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={30} aria-label={text.actions(version)}>
              <Ellipsis size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {onRestore !== null && !inForce && (
              <Menu.Item leftSection={<History size={15} />} onClick={onRestore} title={text.restoreHint}>
                {text.restore}
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<Download size={15} />}
              onClick={onDownload}
              aria-label={text.downloadLabel(version)}
            >
              {text.download}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  )
}
