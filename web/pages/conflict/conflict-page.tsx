import { Button, Card, Title } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { GitMerge } from 'lucide-react'
import { useState } from 'react'

import { diffDocuments } from '../../../shared/policy/diff.ts'
import { mergeDocuments, resolve } from '../../../shared/policy/merge.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text as review } from '../../messages/review.ts'
import { ChangeList } from '../../policy/change-list.tsx'
import type { DraftState } from '../../policy/draft-store.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Failure, Waiting } from '../../ui/answer.tsx'
import { Empty } from '../../ui/empty.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { When } from '../../ui/when.tsx'
import { Choice, keyOf } from './choice.tsx'
import type { Side } from './choice.tsx'

import styles from './conflict.module.css'

const text = review.conflict
const above = [{ path: '/rules/firewall', title: messages.pages.firewall }]

/** Somebody committed while there was a draft: theirs, mine, and both together. Nothing is lost without a choice. */
export function ConflictPage() {
  const draft = useDraft()
  const store = useDraftStore()
  const { status, error, theirs } = draft
  return (
    <>
      <PageHead title={messages.pages.conflict} above={above} {...(theirs !== null && { purpose: text.purpose })} />
      {status === 'loading' && <Waiting retry={() => store.load()} />}
      {status === 'failed' && error !== null && <Failure error={error} retry={() => store.load()} />}
      {status === 'ready' && theirs === null && <Nothing />}
      {/* Another commit of theirs is another conflict: choices begin anew. */}
      {status === 'ready' && theirs !== null && <Settling key={theirs.version} draft={draft} theirs={theirs} />}
    </>
  )
}

function Nothing() {
  return (
    <Empty icon={<GitMerge size={22} />} title={text.none}>
      <p>{text.noneHint}</p>
      <Button component={Link} to="/rules/firewall" variant="default">
        {text.rules}
      </Button>
    </Empty>
  )
}

function Settling({ draft, theirs }: { draft: DraftState; theirs: NonNullable<DraftState['theirs']> }) {
  const store = useDraftStore()
  const navigate = useNavigate()
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({})
  const { base, document: mine } = draft
  const { document, conflicts } = mergeDocuments(base.document, mine, theirs.document)
  // An undo takes a conflict away, or brings another: only choices about those that are there count.
  const chosen = conflicts.filter((conflict) => sides[keyOf(conflict)] !== undefined)
  const joined = chosen.reduce((next, conflict) => resolve(next, conflict, sides[keyOf(conflict)]!), document)
  const open = conflicts.length - chosen.length
  const settle = () => {
    store.settle(text.settleStep, joined)
    toast(text.settled)
    void navigate({ to: '/rules/review' })
  }
  const drop = () => {
    store.discard(text.takeTheirs)
    // Only as long as it is the last step: later ones have their own undo.
    toast(text.dropped, { undo: () => void (store.getState().undo === text.takeTheirs && store.undo()) })
    void navigate({ to: '/rules/firewall' })
  }
  const chooseAll = (side: Side) => setSides(Object.fromEntries(conflicts.map((each) => [keyOf(each), side])))
  return (
    <>
      <Card component="section" className={styles.card} aria-labelledby="conflicts-title">
        <Who theirs={theirs} />
        <div className={styles.count}>
          <p>{conflicts.length === 0 ? text.clean : text.count(conflicts.length)}</p>
          {conflicts.length > 1 && (
            <div className={styles.all}>
              <Button size="compact-sm" variant="default" onClick={() => chooseAll('mine')}>
                {text.allMine}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => chooseAll('theirs')}>
                {text.allTheirs}
              </Button>
            </div>
          )}
        </div>
        {conflicts.map((conflict) => (
          <Choice
            key={keyOf(conflict)}
            conflict={conflict}
            documents={{ base: base.document, mine, theirs: theirs.document }}
            side={sides[keyOf(conflict)] ?? null}
            onChoose={(side) => setSides({ ...sides, [keyOf(conflict)]: side })}
          />
        ))}
        <div className={styles.actions}>
          <span className="dim" id="conflicts-open" role="status">
            {open > 0 && text.open(open)}
          </span>
          <Button variant="default" onClick={drop}>
            {text.takeTheirs}
          </Button>
          <Button disabled={open > 0} aria-describedby="conflicts-open" onClick={settle}>
            {text.settle}
          </Button>
        </div>
      </Card>
      <div className={styles.sides}>
        <Changes title={text.myChanges} before={base.document} after={mine} />
        <Changes title={text.theirChanges} before={base.document} after={theirs.document} />
      </div>
      <Changes
        title={text.both}
        before={theirs.document}
        after={joined}
        note={open > 0 ? text.bothOpen : undefined}
        none={text.bothNothing}
      />
    </>
  )
}

/** Who committed, and when. */
function Who({ theirs }: { theirs: NonNullable<DraftState['theirs']> }) {
  const current = useLive().policy?.current
  const known = current?.version === theirs.version ? current : null
  return (
    <div className={styles.who}>
      <Title order={2} id="conflicts-title">
        {text.theirs(theirs.version, known === null ? text.unknownAuthor : oneLine(known.author))}
      </Title>
      {known !== null && (
        <p className="dim">
          <When at={known.at} exact />
          {known.comment !== '' && <span className="wrap"> · {oneLine(known.comment)}</span>}
        </p>
      )}
    </div>
  )
}

interface ChangesProps {
  readonly title: string
  readonly before: DraftState['document']
  readonly after: DraftState['document']
  readonly note?: string | undefined
  readonly none?: string
}

function Changes({ title, before, after, note, none = text.nothing }: ChangesProps) {
  const changes = diffDocuments(before, after)
  return (
    <Card component="section" className={styles.card} aria-label={title}>
      <Title order={2}>{title}</Title>
      {note !== undefined && <p className="dim">{note}</p>}
      {changes.length === 0 ? (
        <p className="dim">{none}</p>
      ) : (
        <ChangeList changes={changes} documents={{ before, after }} />
      )}
    </Card>
  )
}
