import { Radio } from '@mantine/core'

import type { PolicyDocument } from '../../../shared/policy/document.ts'
import type { MergeConflict } from '../../../shared/policy/merge.ts'
import { text as review } from '../../messages/review.ts'
import { Pieces } from '../../policy/change-list.tsx'
import { lineDiff } from '../../policy/line-diff.ts'
import { baseText, sideText } from './entry-line.ts'

import styles from './conflict.module.css'

const text = review.conflict

export type Side = 'mine' | 'theirs'

/** Tells conflicts of one merge apart. */
export function keyOf({ list, id, what }: MergeConflict): string {
  return `${list} ${id} ${what}`
}

interface ChoiceProps {
  readonly conflict: MergeConflict
  readonly documents: Readonly<Record<'base' | Side, PolicyDocument>>
  readonly side: Side | null
  readonly onChoose: (side: Side) => void
}

/** One thing that both have changed, side by side; words that differ from what it was are marked. */
export function Choice({ conflict, documents, side, onChoose }: ChoiceProps) {
  const name = conflict.list === 'defaults' ? '' : `${review.lists[conflict.list]} ${conflict.id}`
  const title =
    conflict.list === 'defaults' ? text.caption : conflict.what === 'place' ? text.place(name) : text.entry(name)
  const was = baseText(conflict, documents.base)
  return (
    <fieldset className={styles.choice}>
      <legend>{title}</legend>
      {was !== null && (
        <p className={styles.was}>
          {text.was} <code className="wrap">{was}</code>
        </p>
      )}
      <Radio.Group aria-label={text.choose} value={side} onChange={(value) => onChoose(value)}>
        <div className={styles.options}>
          {(['mine', 'theirs'] as const).map((which) => (
            <Radio
              key={which}
              value={which}
              className={styles.option}
              data-chosen={side === which || undefined}
              label={
                <>
                  <span className="strong">{which === 'mine' ? text.mine : text.theirsShort}</span>
                  <code className={styles.line}>
                    <Marked was={was} is={sideText(conflict, which, documents[which])} />
                  </code>
                </>
              }
            />
          ))}
        </div>
      </Radio.Group>
    </fieldset>
  )
}

function Marked({ was, is }: { was: string | null; is: string }) {
  if (was === null || is === text.removed) return is
  return <Pieces pieces={lineDiff(was, is).after} />
}
