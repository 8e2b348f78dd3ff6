import { Button, Card, Radio, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { GitMerge } from 'lucide-react'
import { useState } from 'react'

import { diffDocuments } from '../../../shared/policy/diff.ts'
import { mergeDocuments, resolve } from '../../../shared/policy/merge.ts'
import type { MergeConflict } from '../../../shared/policy/merge.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text as review } from '../../messages/review.ts'
import { ChangeList } from '../../policy/change-list.tsx'
import type { DraftState } from '../../policy/draft-store.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { entryLine } from './entry-line.ts'

import styles from './conflict.module.css'

const text = review.conflict
const above = [{ path: '/rules/firewall', title: messages.pages.firewall }]

/** Somebody committed while there was a draft: theirs, mine, and both together. Nothing is lost without a choice. */
export function ConflictPage() {
  const draft = useDraft()
  return (
    <>
      <PageHead title={messages.pages.conflict} purpose={text.purpose} above={above} />
      {draft.theirs === null ? (
        <Empty icon={<GitMerge size={22} />} title={text.none} />
      ) : (
        // Another commit of theirs is another conflict: choices begin anew.
        <Settling key={draft.theirs.version} draft={draft} theirs={draft.theirs} />
      )}
    </>
  )
}

type Side = 'mine' | 'theirs'

function Settling({ draft, theirs }: { draft: DraftState; theirs: NonNullable<DraftState['theirs']> }) {
  const store = useDraftStore()
  const navigate = useNavigate()
  const { current } = useLive().policy ?? {}
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({})
  const { base, document: mine } = draft
  const { document, conflicts } = mergeDocuments(base.document, mine, theirs.document)
  const open = conflicts.filter((conflict) => sides[keyOf(conflict)] === undefined).length
  const author = current?.version === theirs.version ? current.author : text.unknownAuthor
  const settle = () => {
    const settled = conflicts.reduce((next, conflict) => resolve(next, conflict, sides[keyOf(conflict)]!), document)
    store.settle(text.settleStep, settled)
    toast(text.settled)
    void navigate({ to: '/rules/review' })
  }
  const drop = () => {
    store.discard(text.takeTheirs)
    toast(text.dropped)
    void navigate({ to: '/rules/firewall' })
  }
  return (
    <>
      <Card component="section" className={styles.card} aria-labelledby="conflicts-title">
        <Title order={2} id="conflicts-title">
          {text.theirs(theirs.version, author)}
        </Title>
        <p>{conflicts.length === 0 ? text.clean : text.count(conflicts.length)}</p>
        {conflicts.map((conflict) => (
          <Choice
            key={keyOf(conflict)}
            conflict={conflict}
            side={sides[keyOf(conflict)] ?? null}
            onChoose={(side) => setSides({ ...sides, [keyOf(conflict)]: side })}
          />
        ))}
        <div className={styles.actions}>
          {open > 0 && <span className="dim">{text.open(open)}</span>}
          <Button variant="default" onClick={drop}>
            {text.takeTheirs}
          </Button>
          <Button disabled={open > 0} onClick={settle}>
            {text.settle}
          </Button>
        </div>
      </Card>
      <div className={styles.sides}>
        <Side title={text.myChanges} before={base.document} after={mine} />
        <Side title={text.theirChanges} before={base.document} after={theirs.document} />
      </div>
    </>
  )
}

type Document = DraftState['document']

function Side({ title, before, after }: { title: string; before: Document; after: Document }) {
  const changes = diffDocuments(before, after)
  return (
    <Card component="section" className={styles.card} aria-label={title}>
      <Title order={2}>{title}</Title>
      {changes.length === 0 ? <p className="dim">{text.nothing}</p> : <ChangeList changes={changes} />}
    </Card>
  )
}

interface ChoiceProps {
  readonly conflict: MergeConflict
  readonly side: Side | null
  readonly onChoose: (side: Side) => void
}

function Choice({ conflict, side, onChoose }: ChoiceProps) {
  const name = conflict.list === 'defaults' ? '' : `${review.lists[conflict.list]} ${conflict.id}`
  const title =
    conflict.list === 'defaults' ? text.caption : conflict.what === 'place' ? text.place(name) : text.entry(name)
  return (
    <fieldset className={styles.choice}>
      <legend>{title}</legend>
      <Radio.Group aria-label={text.choose} value={side} onChange={(value) => onChoose(value as Side)}>
        <div className={styles.options}>
          {(['mine', 'theirs'] as const).map((which) => (
            <label key={which} className={styles.option} data-chosen={side === which || undefined}>
              <Radio value={which} label={which === 'mine' ? text.mine : text.theirsShort} />
              <code className="wrap">{entryLine(conflict, which) ?? text.removed}</code>
            </label>
          ))}
        </div>
      </Radio.Group>
    </fieldset>
  )
}

function keyOf({ list, id, what }: MergeConflict): string {
  return `${list} ${id} ${what}`
}
