import { Button, Card, SegmentedControl } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheck, CircleX, FlaskConical, Plus } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'

import { useKey } from '../../keys/use-key.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/tests.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { ManagedNotice, TheirsNotice } from '../../rules/notices.tsx'
import { useMayChange } from '../../session/use-session.ts'
import { Failure, Waiting } from '../../ui/answer.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { TestEditor } from './test-editor.tsx'
import { TestTable } from './test-table.tsx'
import { useResults } from './use-results.ts'
import { useRowKeys, useShowRow } from './use-row-keys.ts'
import { useTestActions } from './use-test-actions.ts'

import styles from './tests.module.css'

/** What must stay true whatever becomes of the rules. */
export function TestsPage() {
  const store = useDraftStore()
  const { status, error, document } = useDraft()
  const { policy } = useLive()
  const mayChange = useMayChange()
  const { edited, line, open, close } = useEditorAddress()
  const [, explain] = useSearchParam('explain', { push: true })
  const [show, setShow] = useSearchParam('show')
  const [said, say] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const results = useResults(() => store.refreshPreview())
  const editable = mayChange && status === 'ready' && policy !== null && policy.managed === null
  const all = useTestActions(say, useShowRow(box))
  const actions = editable ? all : null
  useRowKeys({ box, actions, onOpen: open })
  useKey('create', () => open('new'), editable)

  const numbered = document.tests.map((test, at) => ({ test, number: at + 1 }))
  const failing = show === 'failing'
  const shown = failing ? numbered.filter(({ test }) => results.byId.get(test.id)?.pass === false) : numbered
  const create = (
    <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => open('new')}>
      {text.create}
    </Button>
  )
  return (
    <>
      <PageHead
        title={messages.pages.tests}
        purpose={text.purpose}
        actions={editable && numbered.length > 0 && create}
      />
      <ManagedNotice managed={policy?.managed ?? null} />
      <TheirsNotice />
      <p role="status" className={styles.unseen}>
        {said}
      </p>
      {results.error !== null && numbered.length > 0 && <Failure error={results.error} retry={results.retry} />}
      <Card padding={0} className={styles.card}>
        {status === 'loading' && (
          <div className={styles.state}>
            <Waiting retry={() => store.load()} />
          </div>
        )}
        {status === 'failed' && error !== null && (
          <div className={styles.state}>
            <Failure error={error} retry={() => store.load()} />
          </div>
        )}
        {status === 'ready' && numbered.length === 0 && (
          <Empty icon={<FlaskConical size={20} />} title={text.empty.title}>
            <p className={styles.why}>{text.empty.why}</p>
            {editable && create}
            <p>{text.empty.how}</p>
          </Empty>
        )}
        {status === 'ready' && numbered.length > 0 && (
          <>
            <div className={styles.bar}>
              <Summary results={results} />
              <SegmentedControl
                size="xs"
                aria-label={text.show.label}
                value={failing ? 'failing' : 'all'}
                onChange={(value) => setShow(value === 'all' ? '' : value)}
                data={[
                  { value: 'all', label: text.show.all },
                  { value: 'failing', label: text.show.failing },
                ]}
              />
            </div>
            {shown.length === 0 ? (
              <Empty icon={<CircleCheck size={20} />} title={text.noFailing}>
                <p>{text.noFailingHint(numbered.length)}</p>
                <Button variant="default" size="xs" onClick={() => setShow('')}>
                  {text.clear}
                </Button>
              </Empty>
            ) : (
              <TestTable
                box={box}
                tests={shown}
                results={results.byId}
                actions={actions}
                onOpen={open}
                onExplain={explain}
              />
            )}
          </>
        )}
      </Card>
      {edited !== '' && status === 'ready' && (
        <TestEditor key={edited} id={edited} line={line} editable={editable} onClose={close} onOpen={open} />
      )}
    </>
  )
}

/** `12 pass, 1 fails`. */
function Summary({ results }: { results: ReturnType<typeof useResults> }) {
  const { byId, passed, failed, drafted, running, broken } = results
  if (broken) return <p className={styles.summary}>{text.problems}</p>
  if (byId.size === 0) return <p className={styles.summary}>{running ? text.running : text.results.unknown}</p>
  return (
    <p className={styles.summary} data-failed={failed > 0 || undefined} role="status">
      {failed > 0 ? <CircleX size={17} aria-hidden="true" /> : <CircleCheck size={17} aria-hidden="true" />}
      <strong>{text.summary(passed, failed)}</strong>
      <span className="dim">{running ? text.running : drafted ? text.ofDraft : text.inForce}</span>
    </p>
  )
}

/** `?edit=` opens the editor, `&line=` fills a new one in; both go when it closes. */
function useEditorAddress() {
  const navigate = useNavigate()
  const [edited] = useSearchParam('edit')
  const [line] = useSearchParam('line')
  const go = useCallback(
    (edit: string | undefined) => {
      const search = (now: Readonly<Record<string, unknown>>) => ({ ...now, edit, line: undefined })
      // The router's types know no addresses: pages come from a catalog.
      void navigate({ to: '.', search: search as never, resetScroll: false })
    },
    [navigate],
  )
  return { edited, line, open: go as (id: string) => void, close: useCallback(() => go(undefined), [go]) }
}
