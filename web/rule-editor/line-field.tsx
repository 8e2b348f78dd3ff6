import { Textarea } from '@mantine/core'

import { text as messages } from '../messages/rule-editor.ts'
import { Copyable } from '../ui/copy-button.tsx'

import styles from './rule-editor.module.css'

const text = messages.line

interface LineFieldProps {
  readonly line: string
  readonly placeholder: string
  /** What is wrong with the line, if that is where it was entered. */
  readonly faults: readonly { readonly column: number | null; readonly message: string }[]
  readonly onChange: (line: string) => void
}

/** One line of the text form, which wraps where there is no room. */
export function LineField({ line, placeholder, faults, onChange }: LineFieldProps) {
  const told = faults.flatMap(({ column, message }) => (column === null ? [] : [text.problem(column, message)]))
  return (
    <div className={styles.line}>
      <Textarea
        label={text.label}
        description={text.hint}
        placeholder={placeholder}
        value={line}
        // A pasted line may end with its break; Enter ends nothing here.
        onChange={(event) => onChange(event.currentTarget.value.replace(/[\r\n]+/g, ' '))}
        onKeyDown={(event) => event.key === 'Enter' && !event.ctrlKey && !event.metaKey && event.preventDefault()}
        error={told.length === 0 ? undefined : [...told, text.stands].map((each) => <span key={each}>{each}</span>)}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        autoCorrect="off"
        autoCapitalize="off"
        classNames={{ input: styles.lineInput!, error: styles.lineError! }}
      />
      {line !== '' && (
        <span className={styles.lineCopy}>
          <Copyable value={line} label={text.copy} />
        </span>
      )}
    </div>
  )
}
