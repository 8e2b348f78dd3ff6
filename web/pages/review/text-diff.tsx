import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { formatPolicy } from '../../../shared/policy/line-format.ts'
import { text } from '../../messages/review.ts'
import { diffLines } from './diff-lines.ts'

import styles from './review.module.css'

/** Both documents as text, one below the other where they differ, with a little of what is around. */
export function TextDiff({ before, after }: { before: PolicyDocument; after: PolicyDocument }) {
  const lines = diffLines(formatPolicy(before).split('\n'), formatPolicy(after).split('\n'))
  return (
    <div className={styles.diff} tabIndex={0} role="group" aria-label={text.asText}>
      <pre>
        {lines.map(({ sign, text: line, at }) => (
          <span key={at} data-sign={sign} className={styles.diffLine}>
            {sign} {line}
            {'\n'}
          </span>
        ))}
      </pre>
    </div>
  )
}
