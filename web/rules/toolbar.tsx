import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core'
import { Search, X } from 'lucide-react'
import { useRef } from 'react'

import { useKey } from '../keys/use-key.ts'
import { text } from '../messages/rules.ts'
import type { ListName } from './entry.ts'
import type { DirectionTab } from './rows.ts'

import styles from './rules.module.css'

export type View = 'table' | 'text'

interface ToolbarProps {
  readonly list: ListName
  readonly direction: DirectionTab
  readonly onDirection: (direction: DirectionTab) => void
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly view: View
  readonly onView: (view: View) => void
}

/** What is shown of the list, and how. */
export function Toolbar({ list, direction, onDirection, filter, onFilter, view, onView }: ToolbarProps) {
  const field = useRef<HTMLInputElement>(null)
  useKey('filter', () => field.current?.focus(), view === 'table')
  return (
    <div className={styles.toolbar}>
      {view === 'text' && <span className="strong">{text.textView.title}</span>}
      {view === 'table' && (
        <>
          {list === 'rules' && (
            <SegmentedControl
              size="xs"
              aria-label={text.directions.label}
              value={direction}
              onChange={(value) => onDirection(value)}
              data={(['in', 'out', 'all'] as const).map((value) => ({ value, label: text.directions[value] }))}
            />
          )}
          <TextInput
            ref={field}
            type="search"
            size="xs"
            className={styles.filter}
            aria-label={text.filter.label[list]}
            placeholder={text.filter.placeholder}
            leftSection={<Search size={14} aria-hidden="true" />}
            rightSection={
              filter === '' ? null : (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={24}
                  aria-label={text.filter.clear}
                  onClick={() => {
                    onFilter('')
                    field.current?.focus()
                  }}
                >
                  <X size={14} />
                </ActionIcon>
              )
            }
            value={filter}
            onChange={(event) => onFilter(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') onFilter('')
              if (event.key !== 'Escape' && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z')
                event.stopPropagation() // undo within the field is the field's own
            }}
          />
        </>
      )}
      <SegmentedControl
        size="xs"
        className={styles.views}
        aria-label={text.views.label}
        value={view}
        onChange={(value) => onView(value)}
        data={(['table', 'text'] as const).map((value) => ({ value, label: text.views[value] }))}
      />
    </div>
  )
}
