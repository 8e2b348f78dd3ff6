import { NativeSelect, Pill, TextInput } from '@mantine/core'

import { text as messages } from '../messages/rule-editor.ts'
import type { PageChoice, Terms } from './terms.ts'
import { termProblem } from './terms.ts'

import styles from './rule-editor.module.css'

const text = messages.page

/** Which web pages may connect, or may not. */
export function PageField({ terms, onChange }: { terms: Terms; onChange: (terms: Terms) => void }) {
  const { page, origin } = terms
  if (page === 'several') return <RestPills rest={terms.rest.filter((term) => term.startsWith('origin:'))} />
  return (
    <div className={styles.pair}>
      <NativeSelect
        aria-label={text.label}
        value={page}
        onChange={(event) => onChange({ ...terms, page: event.currentTarget.value as PageChoice })}
        data={[
          { value: 'any', label: text.any },
          { value: 'one', label: text.one },
          { value: 'none', label: text.none },
        ]}
      />
      {page === 'one' && (
        <TextInput
          aria-label={text.origin}
          placeholder={text.placeholder}
          value={origin}
          onChange={(event) => onChange({ ...terms, origin: event.currentTarget.value })}
          error={origin === '' ? text.missing : (termProblem(`origin:${origin}`) ?? undefined)}
          spellCheck={false}
          autoComplete="off"
        />
      )}
    </div>
  )
}

/** Conditions that no field can show; the line can. */
export function RestPills({ rest }: { rest: readonly string[] }) {
  if (rest.length === 0) return null
  return (
    <div className={styles.rest}>
      {rest.map((term) => (
        <Pill key={term} className={styles.pill}>
          {sentenceOf(term)}
        </Pill>
      ))}
      <span className="dim">{messages.pills.label}</span>
    </div>
  )
}

function sentenceOf(term: string): string {
  if (term.startsWith('time:')) return messages.pills.time(term.slice('time:'.length))
  return messages.pills.origin(term.slice('origin:'.length))
}
