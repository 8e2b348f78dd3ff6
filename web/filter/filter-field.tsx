import { CloseButton, Combobox, TextInput, useCombobox } from '@mantine/core'
import { Search } from 'lucide-react'
import { memo, useMemo, useRef, useState } from 'react'

import { FILTER_MAX } from '../../shared/connection-filter.ts'
import { useKey } from '../keys/use-key.ts'
import { messages } from '../messages.ts'
import { text } from '../messages/filter.ts'
import { complete, take } from './complete.ts'
import type { Known } from './complete.ts'

import styles from './filter.module.css'

interface FilterFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** A sentence about what is not understood; null when all is. */
  readonly problem: string | null
  /** Called while somebody types: what the values could be. */
  readonly known: () => Known
}

/**
 * The field with the filter language: names and values are completed while one types. What is typed is shown at once,
 * `onChange` may take its time.
 */
export const FilterField = memo(function FilterField({ value, onChange, problem, known }: FilterFieldProps) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const input = useRef<HTMLInputElement>(null)
  // What is typed while the field has the focus; the address, from which `value` comes, follows a moment later.
  const [typed, setTyped] = useState<string | null>(null)
  const [cursor, setCursor] = useState(0)
  const shown = typed ?? value
  const { dropdownOpened } = combobox
  const completion = useMemo(
    () => (dropdownOpened ? complete(shown, Math.min(cursor, shown.length), known()) : null),
    [dropdownOpened, shown, cursor, known],
  )
  useKey('filter', () => {
    input.current?.focus()
    input.current?.select()
  })

  const change = (next: string) => {
    setTyped(next)
    onChange(next)
  }
  const look = () => {
    setCursor(input.current?.selectionStart ?? shown.length)
    combobox.openDropdown()
  }
  const choose = (word: string) => {
    const offer = completion?.offers.find((each) => each.word === word)
    if (completion === null || offer === undefined) return
    const next = take(shown, completion, offer)
    change(next.text)
    setCursor(next.cursor)
    combobox.resetSelectedOption()
    // After the field has its new text.
    requestAnimationFrame(() => input.current?.setSelectionRange(next.cursor, next.cursor))
  }

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={choose}
      position="bottom-start"
      width={340}
      shadow="lg"
      transitionProps={{ duration: 0 }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={input}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={dropdownOpened}
          aria-controls={combobox.listId ?? undefined}
          className={styles.field}
          aria-label={text.label}
          placeholder={text.placeholder}
          leftSection={<Search size={15} aria-hidden="true" />}
          rightSection={
            shown === '' ? null : (
              <CloseButton
                size="sm"
                aria-label={text.clear}
                onClick={() => {
                  change('')
                  input.current?.focus()
                }}
              />
            )
          }
          value={shown}
          maxLength={FILTER_MAX}
          spellCheck={false}
          autoCapitalize="off"
          error={problem === null ? undefined : messages.sentence(problem)}
          onChange={(event) => {
            change(event.currentTarget.value)
            look()
          }}
          onFocus={look}
          onClick={look}
          onKeyUp={(event) => {
            if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) look()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            if (combobox.dropdownOpened) event.stopPropagation()
            else input.current?.blur()
          }}
          onBlur={() => {
            setTyped(null)
            combobox.closeDropdown()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={completion === null || completion.offers.length === 0}>
        <Combobox.Options mah={300} className={styles.offers} aria-label={text.offers}>
          {completion?.offers.map(({ word, hint }) => (
            <Combobox.Option key={word} value={word} className={styles.offer}>
              <span className="mono">{word}</span>
              <span className="dim">{hint}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
})
