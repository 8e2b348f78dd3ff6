import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { Redo2, TriangleAlert, Undo2 } from 'lucide-react'

import { useKey } from '../keys/use-key.ts'
import { useLive } from '../live/use-live.ts'
import { text } from '../messages/draft.ts'
import { useAccount, useMayChange } from '../session/use-session.ts'
import { toast } from '../toasts/toasts.tsx'
import type { DraftState } from './draft-store.ts'
import { useDraft, useDraftStore } from './use-draft.ts'

import styles from './draft.module.css'

/** Sticks to the bottom of every page while there is a draft: what it is, what it would do, and where to go with it. */
export function DraftBar() {
  const draft = useDraft()
  const mayChange = useMayChange()
  const { pathname } = useLocation()
  useDraftKeys(mayChange)
  if (!mayChange || draft.changes.length === 0) return null
  const reviewing = pathname === '/rules/review' || pathname === '/rules/conflict'
  return (
    <section aria-label={text.region} className={styles.bar}>
      <div className={styles.barText}>
        <p className="strong">
          {text.summary(draft.changes)} <Outlook draft={draft} />
        </p>
        <p className={styles.note}>
          <Others />
          <span>{draft.saved === 'saved' ? text.saved : draft.saved === 'saving' ? text.saving : text.unsaved}</span>
        </p>
      </div>
      <div className={styles.barActions}>
        <Steps />
        <Discard />
        {draft.theirs !== null ? (
          <Button component={Link} to="/rules/conflict" size="sm" color="orange">
            {text.settle}
          </Button>
        ) : (
          !reviewing && (
            <Button component={Link} to="/rules/review" size="sm">
              {text.review}
            </Button>
          )
        )}
      </div>
    </section>
  )
}

function useDraftKeys(mayChange: boolean): void {
  const store = useDraftStore()
  const { changes, undo, redo } = useDraft()
  const navigate = useNavigate()
  useKey('undo', () => void store.undo(), mayChange && undo !== null)
  useKey('redo', () => void store.redo(), mayChange && redo !== null)
  useKey('review', () => void navigate({ to: '/rules/review' }), mayChange && changes.length > 0)
}

/** What the draft would do, in short sentences. */
function Outlook({ draft: { preview, previewing, theirs } }: { draft: DraftState }) {
  if (theirs !== null) return <Alarm>{text.conflict(theirs.version)}</Alarm>
  if (preview === null) return previewing ? <span className="dim">{text.checking}</span> : null
  const ending = preview.open.effects.filter(({ effect }) => effect === 'denied').length
  const failing = preview.tests.filter(({ pass }) => !pass).length
  const warnings = preview.findings.filter(({ kind }) => kind !== 'never-hit' && kind !== 'test-failed').length
  return (
    <>
      {preview.problems.length > 0 && <Alarm>{text.problems(preview.problems.length)}</Alarm>}
      {ending > 0 && <Alarm>{text.wouldEnd(ending)}</Alarm>}
      {failing > 0 && <Alarm>{text.testsFail(failing)}</Alarm>}
      {preview.lockout !== null && <Alarm>{text.lockout}</Alarm>}
      {warnings > 0 && <span>{text.warnings(warnings)}</span>}
    </>
  )
}

function Alarm({ children }: { children: string }) {
  return (
    <span className={styles.alarm}>
      <TriangleAlert size={14} aria-hidden="true" />
      {children}{' '}
    </span>
  )
}

/** Who else has begun changes. */
function Others() {
  const { policy } = useLive()
  const { user } = useAccount()
  const users = (policy?.drafts ?? []).map((draft) => draft.user).filter((name) => name !== user)
  return users.length === 0 ? null : <span>{text.others(users)}</span>
}

function Steps() {
  const store = useDraftStore()
  const { undo, redo } = useDraft()
  const undoText = undo === null ? text.nothingToUndo : text.undo(undo)
  const redoText = redo === null ? text.nothingToRedo : text.redo(redo)
  return (
    <>
      <Tooltip label={undoText}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={undoText}
          aria-disabled={undo === null}
          data-off={undo === null || undefined}
          className={styles.step}
          onClick={() => store.undo()}
        >
          <Undo2 size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redoText}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={redoText}
          aria-disabled={redo === null}
          data-off={redo === null || undefined}
          className={styles.step}
          onClick={() => store.redo()}
        >
          <Redo2 size={16} />
        </ActionIcon>
      </Tooltip>
    </>
  )
}

function Discard() {
  const store = useDraftStore()
  const discard = () => {
    const undoable = store.getState().theirs === null
    store.discard(text.discardStep)
    toast(text.discarded, undoable ? { undo: () => void store.undo() } : {})
  }
  return (
    <Button variant="default" size="sm" onClick={discard}>
      {text.discard}
    </Button>
  )
}
