import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { Redo2, TriangleAlert, Undo2, UsersRound } from 'lucide-react'
import { useEffect } from 'react'

import { useKey } from '../keys/use-key.ts'
import { useLive } from '../live/use-live.ts'
import { messages } from '../messages.ts'
import { text } from '../messages/draft.ts'
import { useAccount, useMayChange } from '../session/use-session.ts'
import { toast } from '../toasts/toasts.tsx'
import { oneLine } from '../ui/one-line.ts'
import { useTick } from '../ui/use-tick.ts'
import { useZone } from '../ui/use-zone.ts'
import { formatMoment } from '../ui/when.tsx'
import { settling, useTrail } from './came-from.ts'
import type { DraftState } from './draft-store.ts'
import { useDraft, useDraftStore } from './use-draft.ts'

import styles from './draft.module.css'

/** Sticks to the bottom of every page while there is a draft: what it is, what it would do, and where to go with it. */
export function DraftBar() {
  const draft = useDraft()
  const mayChange = useMayChange()
  const { pathname } = useLocation()
  useTrail()
  useDraftKeys(mayChange)
  useKeptAtLast(draft)
  if (!mayChange) return null
  if (draft.changes.length === 0) return pathname.startsWith('/rules/') ? <OnlyOthers /> : null
  const reviewing = settling.includes(pathname)
  return (
    <section aria-label={text.region} className={styles.bar} data-draft-bar data-reviewing={reviewing || undefined}>
      <div className={styles.barText}>
        <p className={styles.summary}>
          <span className={styles.long}>{text.summary(draft.changes)}</span>
          <span className={styles.short}>{text.summaryShort(draft.changes.length)}</span>
          <Outlook draft={draft} />
        </p>
        <p className={styles.note} data-saved={draft.saved}>
          {draft.saved !== 'failed' && <span>{draft.saved === 'saved' ? text.saved : text.saving}</span>}
          {/* Only this is read out: the rest would be heard with each edit. */}
          <span role="status">{draft.saved === 'failed' && failedText(draft)}</span>
          <Others />
        </p>
      </div>
      <div className={styles.barActions}>
        <Steps />
        <Discard />
        {draft.theirs !== null && pathname !== '/rules/conflict' ? (
          <Button component={Link} to="/rules/conflict" size="sm">
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

function failedText({ saveError }: DraftState): string {
  return saveError === null ? text.unsaved : text.refusedToKeep(messages.sentence(saveError.problem.detail))
}

/** What is not on the gateway yet is sent when the page goes; when that can't be, the browser asks first. */
function useKeptAtLast({ saved, changes }: DraftState): void {
  const store = useDraftStore()
  const unsafe = saved === 'failed' && changes.length > 0
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (unsafe) event.preventDefault()
    }
    window.addEventListener('pagehide', store.flush)
    window.addEventListener('beforeunload', ask)
    return () => {
      window.removeEventListener('pagehide', store.flush)
      window.removeEventListener('beforeunload', ask)
    }
  }, [store, unsafe])
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

/** A line where there is no bar: somebody else has begun changes. */
function OnlyOthers() {
  const others = useOthers()
  if (others === null) return null
  return (
    <p className={styles.others}>
      <UsersRound size={14} aria-hidden="true" />
      {others}
    </p>
  )
}

function Others() {
  const others = useOthers()
  return others === null ? null : <span>{others}</span>
}

/** Who else has begun changes, as a sentence; null: nobody. */
function useOthers(): string | null {
  const { policy } = useLive()
  const { user } = useAccount()
  const zone = useZone()
  const now = useTick()
  const drafts = (policy?.drafts ?? []).filter((draft) => draft.user !== user)
  const [first, second] = drafts
  if (first === undefined) return null
  if (second === undefined) return text.other(oneLine(first.user), formatMoment(first.savedAt, zone, now))
  return text.others(drafts.map((draft) => oneLine(draft.user)))
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
    store.discard(text.discardStep)
    // Only as long as it is the last step: later ones have their own undo.
    const undo = () => void (store.getState().undo === text.discardStep && store.undo())
    toast(text.discarded, { undo })
  }
  return (
    <Button variant="default" size="sm" onClick={discard}>
      {text.discard}
    </Button>
  )
}
