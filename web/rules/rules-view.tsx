import { Button, Card } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

import { useKey } from '../keys/use-key.ts'
import { useLive } from '../live/use-live.ts'
import { messages } from '../messages.ts'
import { text } from '../messages/rules.ts'
import { useDraft, useDraftStore } from '../policy/use-draft.ts'
import { useMayChange } from '../session/use-session.ts'
import { Failure, Waiting } from '../ui/answer.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useSearchParam } from '../ui/use-search-param.ts'
import type { ListName } from './entry.ts'
import { ManagedNotice, TheirsNotice } from './notices.tsx'
import type { DirectionTab } from './rows.ts'
import { TablePart } from './table-part.tsx'
import { UnappliedNotice } from './text/unapplied-notice.tsx'
import { Toolbar } from './toolbar.tsx'
import { useTypedParam } from './use-typed-param.ts'

import styles from './rules.module.css'

const RuleEditor = lazy(async () => ({ default: (await import('../rule-editor/rule-editor.tsx')).RuleEditor }))
const TextView = lazy(async () => ({ default: (await import('./text/text-view.tsx')).TextView }))

const heads = { rules: text.firewall, redirects: text.redirection }
const titles = { rules: messages.pages.firewall, redirects: messages.pages.redirection }

/** The page of one list: table or text, and the editor beside it. */
export function RulesView({ list }: { list: ListName }) {
  const { status, error, changes } = useDraft()
  const store = useDraftStore()
  const { policy } = useLive()
  const mayChange = useMayChange()
  const { edited, line, open, close } = useEditorAddress()
  const [view, setView] = useSearchParam('view')
  const [direction, setDirection] = useSearchParam('dir')
  const [filter, setFilter] = useTypedParam('filter')
  const [said, say] = useState('')
  const editable = mayChange && status === 'ready' && policy !== null && policy.managed === null
  const shown = view === 'text' ? 'text' : 'table'
  const tab: DirectionTab = direction === 'in' || direction === 'out' ? direction : 'all'
  useKey('create', () => open('new'), editable)
  return (
    <>
      <PageHead
        title={titles[list]}
        purpose={heads[list].purpose}
        actions={
          editable && (
            <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => open('new')}>
              {heads[list].create}
            </Button>
          )
        }
      />
      <ManagedNotice managed={policy?.managed ?? null} />
      <TheirsNotice />
      {shown === 'table' && editable && <UnappliedNotice onOpen={() => setView('text')} />}
      <p role="status" className={styles.unseen}>
        {said}
      </p>
      <Card padding={0} className={styles.card} data-drafted={changes.length > 0 || undefined}>
        <Toolbar
          list={list}
          direction={tab}
          onDirection={(value) => setDirection(value === 'all' ? '' : value)}
          filter={filter}
          onFilter={setFilter}
          view={shown}
          onView={(value) => setView(value === 'table' ? '' : value)}
        />
        {status === 'loading' && (
          <div className={styles.state}>
            <Waiting retry={() => store.load()}>
              <Outline />
            </Waiting>
          </div>
        )}
        {status === 'failed' && error !== null && (
          <div className={styles.state}>
            <Failure error={error} retry={() => store.load()} />
          </div>
        )}
        {status === 'ready' && shown === 'table' && (
          <TablePart
            list={list}
            direction={tab}
            filter={filter}
            onFilter={setFilter}
            editable={editable}
            edited={edited}
            onOpen={open}
            onSay={say}
          />
        )}
        {status === 'ready' && shown === 'text' && (
          <Suspense fallback={<Outline />}>
            <TextView editable={editable} onSay={say} />
          </Suspense>
        )}
      </Card>
      {edited !== '' && status === 'ready' && (
        <Suspense>
          <RuleEditor key={edited} list={list} id={edited} line={line} onClose={close} onOpen={open} />
        </Suspense>
      )}
    </>
  )
}

/** `?edit=` opens the editor, `&line=` fills a new entry in; both go when it closes. */
function useEditorAddress() {
  const navigate = useNavigate()
  const [edited] = useSearchParam('edit')
  const [line] = useSearchParam('line')
  const go = (edit: string | undefined) => {
    const search = (now: Readonly<Record<string, unknown>>) => ({ ...now, edit, line: undefined })
    void navigate({ to: '.', search, resetScroll: false })
  }
  return { edited, line, open: (id: string) => go(id), close: () => go(undefined) }
}

/** The outline of rows that are to come. */
function Outline() {
  return (
    <div className={styles.outline}>
      {[0, 1, 2, 3, 4, 5, 6, 7].map((row) => (
        <span key={row} />
      ))}
    </div>
  )
}
