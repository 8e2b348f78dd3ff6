import { X } from 'lucide-react'

import { text } from '../messages/filter.ts'
import { chipsOf } from './words.ts'

import styles from './filter.module.css'

/** What is active of a filter, each part with a way to take it out. */
export function FilterChips({ filter, onChange }: { filter: string; onChange: (filter: string) => void }) {
  const chips = chipsOf(filter)
  if (chips.length === 0) return null
  return (
    <ul className={styles.chips} aria-label={text.active}>
      {chips.map(({ word, without }) => (
        <li key={without + word}>
          <span className="mono">{word}</span>
          <button type="button" aria-label={text.remove(word)} onClick={() => onChange(without)}>
            <X size={13} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  )
}
