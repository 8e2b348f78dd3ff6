import { ActionIcon, Button, Checkbox, NativeSelect, Popover, SegmentedControl, Switch } from '@mantine/core'
import { ChevronDown, ChevronUp, Columns3Cog } from 'lucide-react'
import { memo } from 'react'

import { text } from '../../messages/connections.ts'
import { columns, columnsOf } from './columns.tsx'
import type { ColumnId } from './columns.tsx'
import { formatSorting, parseSorting } from './sorting.ts'
import type { Sorting } from './sorting.ts'

import styles from './connections.module.css'

interface ViewMenuProps {
  readonly sorting: Sorting | null
  readonly onSort: (sorting: string) => void
  /** Ids in order; null where there is no room for columns. */
  readonly shown: readonly ColumnId[] | null
  /** Null: as they were at first. */
  readonly onColumns: (ids: readonly ColumnId[] | null) => void
  readonly plain: boolean
  readonly onPlain: (plain: boolean) => void
}

/** Which columns there are, in which order they and the rows stand, and what kind of table it is. */
export const ViewMenu = memo(function ViewMenu(props: ViewMenuProps) {
  const { shown, plain, onPlain, onColumns } = props
  return (
    <Popover
      position="bottom-end"
      width={300}
      shadow="lg"
      trapFocus
      returnFocus
      withRoles
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button variant="default" leftSection={<Columns3Cog size={15} />}>
          {text.view}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.viewTitle}>
        <p className="strong">{text.sortTitle}</p>
        <Order {...props} />
        {shown !== null && (
          <div className={styles.group}>
            <p className="strong">{text.columnsTitle}</p>
            <Chooser shown={shown} onColumns={onColumns} />
            <Button size="compact-sm" variant="subtle" mt={6} onClick={() => onColumns(null)}>
              {text.resetColumns}
            </Button>
          </div>
        )}
        <div className={styles.group}>
          <Switch
            checked={plain}
            onChange={(event) => onPlain(event.currentTarget.checked)}
            label={text.plain}
            description={text.plainHint}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
})

function Order({ sorting, onSort }: ViewMenuProps) {
  const set = (id: string, descending: boolean) => {
    const wanted = parseSorting(`${descending ? '-' : ''}${id}`)
    onSort(formatSorting(wanted))
  }
  return (
    <>
      <NativeSelect
        mt={6}
        aria-label={text.sortTitle}
        value={sorting?.column.id ?? ''}
        onChange={(event) => set(event.currentTarget.value, sorting?.descending ?? false)}
        data={[{ value: '', label: text.newest }, ...columns.map(({ id, header }) => ({ value: id, label: header }))]}
      />
      {sorting !== null && (
        <SegmentedControl
          mt={8}
          size="xs"
          fullWidth
          aria-label={text.sortTitle}
          value={sorting.descending ? 'down' : 'up'}
          onChange={(value) => set(sorting.column.id, value === 'down')}
          data={[
            { value: 'up', label: text.ascending },
            { value: 'down', label: text.descending },
          ]}
        />
      )}
    </>
  )
}

function Chooser({ shown, onColumns }: Pick<ViewMenuProps, 'onColumns'> & { readonly shown: readonly ColumnId[] }) {
  const rest = columns.filter(({ id }) => !shown.includes(id))
  const inOrder = columnsOf(shown)
  const move = (id: ColumnId, by: number) => {
    const at = shown.indexOf(id)
    const without = shown.filter((other) => other !== id)
    onColumns(without.toSpliced(at + by, 0, id))
  }
  return (
    <ul className={styles.columns}>
      {[...inOrder, ...rest].map(({ id, header }) => {
        const at = shown.indexOf(id)
        return (
          <li key={id}>
            <Checkbox
              size="sm"
              label={header}
              aria-label={text.showColumn(header)}
              checked={at !== -1}
              disabled={at !== -1 && shown.length === 1}
              onChange={() => onColumns(at === -1 ? [...shown, id] : shown.filter((other) => other !== id))}
            />
            {at !== -1 && (
              <>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={26}
                  disabled={at === 0}
                  aria-label={text.moveUp(header)}
                  onClick={() => move(id, -1)}
                >
                  <ChevronUp size={15} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={26}
                  disabled={at === shown.length - 1}
                  aria-label={text.moveDown(header)}
                  onClick={() => move(id, 1)}
                >
                  <ChevronDown size={15} />
                </ActionIcon>
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}
