import { Button } from '@mantine/core'
import { CircleCheck, CircleX } from 'lucide-react'

import type { Candidate } from '../../../shared/dashboard.ts'
import { messages } from '../../messages.ts'
import { text as all } from '../../messages/services.ts'
import { oneLine } from '../../ui/one-line.ts'

import styles from './services.module.css'

const text = all.find

interface CandidateListProps {
  readonly candidates: readonly Candidate[]
  /** What the button of one says; those out of reach, and those that are services, have none. */
  readonly button: string
  /** The same with the name, for screen readers. */
  readonly label: (name: string) => string
  /** Target of the one that is being added. */
  readonly adding: string | null
  readonly onChosen: (candidate: Candidate) => void
}

/** Things on this machine that could be services, with what is known of each; folded up those out of reach. */
export function CandidateList({ candidates, ...rest }: CandidateListProps) {
  const near = candidates.filter(({ reachable }) => reachable)
  const far = candidates.filter(({ reachable }) => !reachable)
  return (
    <>
      {near.length > 0 && <Items candidates={near} {...rest} />}
      {far.length > 0 && (
        <details className={styles.far}>
          <summary>{text.others(far.length)}</summary>
          <Items candidates={far} {...rest} />
        </details>
      )}
    </>
  )
}

function Items({ candidates, ...rest }: CandidateListProps) {
  return (
    <ul className={styles.candidates}>
      {candidates.map((candidate) => (
        <Item key={candidate.target} candidate={candidate} {...rest} />
      ))}
    </ul>
  )
}

function Item(props: Omit<CandidateListProps, 'candidates'> & { readonly candidate: Candidate }) {
  const { candidate, button, label, adding, onChosen } = props
  const { name, target, owner, reachable, verdict, known } = candidate
  const Icon = reachable ? CircleCheck : CircleX
  return (
    <li>
      <div className={styles.candidateText}>
        <p>
          <span className="strong wrap">{oneLine(name)}</span> {known && <span className="dim">{text.known}</span>}
        </p>
        <p className="mono wrap">{oneLine(target)}</p>
        {owner !== '' && <p className="dim">{text.owner(oneLine(owner))}</p>}
        <p className={styles.verdict} data-ok={reachable}>
          <Icon size={14} role="img" aria-label={reachable ? text.reachable : text.unreachable} />
          <span className="wrap">{messages.sentence(oneLine(verdict))}</span>
        </p>
      </div>
      {reachable && !known && (
        <Button
          size="xs"
          variant="default"
          aria-label={label(oneLine(name))}
          aria-disabled={adding !== null}
          onClick={() => onChosen(candidate)}
        >
          {adding === target ? text.adding : button}
        </Button>
      )}
    </li>
  )
}
