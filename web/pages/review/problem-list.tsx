import { Link } from '@tanstack/react-router'

import type { PolicyProblem } from '../../../shared/policy/document.ts'
import { messages } from '../../messages.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { problemPlace } from './problem-place.ts'

import styles from './review.module.css'

/** What is wrong with the draft, each with the way to where it can be mended. */
export function ProblemList({ problems }: { problems: readonly PolicyProblem[] }) {
  const { document } = useDraft()
  return (
    <ul className={styles.list}>
      {problems.map(({ pointer, message }) => {
        const place = problemPlace(pointer, document)
        return (
          <li key={`${pointer} ${message}`}>
            {place === null ? (
              <code>{pointer}</code>
            ) : (
              <Link to={place.path} search={{ edit: place.id }}>
                <code>{place.id}</code>
              </Link>
            )}{' '}
            {messages.sentence(message)}
          </li>
        )
      })}
    </ul>
  )
}
