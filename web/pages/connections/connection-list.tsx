import { useNavigate } from '@tanstack/react-router'
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'

import type { ConnectionSelection } from '../../../shared/api.ts'
import { connectionFilter } from '../../../shared/connection-filter.ts'
import { CloseDialog } from '../../close/close-dialog.tsx'
import { FilterChips } from '../../filter/filter-chips.tsx'
import { FilterField } from '../../filter/filter-field.tsx'
import type { Row } from '../../live/live-store.ts'
import { useLive, useLiveStore } from '../../live/use-live.ts'
import { text } from '../../messages/connections.ts'
import { useMayChange } from '../../session/use-session.ts'
import { useNow } from '../../ui/use-now.ts'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { BulkBar } from './bulk-bar.tsx'
import type { Column, ColumnId, Tab } from './columns.tsx'
import type { RowActions } from './connection-row.tsx'
import { ConnectionTable, focusRow } from './connection-table.tsx'
import type { TableHandle } from './connection-table.tsx'
import { knownValues } from './known-values.ts'
import { noLayout, readLayout, shownColumns } from './layout.ts'
import { Loading, NoMatch, NoRows, Suggestions } from './no-rows.tsx'
import { PageSteps, ROWS_PER_PAGE } from './page-steps.tsx'
import { RowMenu, useRowMenu } from './row-menu.tsx'
import { RowPanel } from './row-panel.tsx'
import { SavedViews } from './saved-views.tsx'
import { formatSorting, nextSorting, parseSorting } from './sorting.ts'
import { StatusLine } from './status-line.tsx'
import { useCalmRows } from './use-calm-rows.ts'
import { useCellContext } from './use-cell-context.ts'
import { usePreference } from './use-preference.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useTicks } from './use-ticks.ts'
import { ViewMenu } from './view-menu.tsx'

import styles from './connections.module.css'

/** Below this width a row has two lines instead of columns, in pixels. */
const NARROW = 640
/** More rows than this are hard to look through: ways to narrow them are offered. */
const MANY = 10_000

/** Most ids that one closing takes. */
const IDS_MAX = 10_000

/** What a dialog is about to close. */
interface Closing {
  readonly target: { readonly ids: readonly string[] } | { readonly filter: ConnectionSelection }
  readonly block: boolean
}

/** One of the three lists: filter, table, and what can be done with its rows. @param room width in pixels */
export function ConnectionList({ tab, room }: { tab: Tab; room: number }) {
  const live = useLive()
  const store = useLiveStore()
  const navigate = useNavigate()
  const mayChange = useMayChange()
  const seconds = useNow()
  const [filter, setFilter] = useSearchParam('filter')
  const [sort, setSort] = useSearchParam('sort')
  const [asked, setAsked] = useSearchParam('columns')
  const [selected, setSelected] = useSearchParam('selected')
  const [, setExplained] = useSearchParam('explain', { push: true })
  const layout = usePreference('connections.columns', readLayout)
  const context = useCellContext()
  const table = useRef<TableHandle>(null)
  const [attention, setAttention] = useState(false)
  const [pausedAt, setPausedAt] = useState<number | null>(null)
  const [current, setCurrent] = useState<string | null>(selected === '' ? null : selected)
  const [menu, setMenu] = useRowMenu()
  const [closing, setClosing] = useState<Closing | null>(null)
  const [page, setPage] = useState(0)

  const sorting = useMemo(() => parseSorting(sort), [sort])
  const wanted = useDeferredValue(filter)
  const { matches, problem } = useMemo(() => readFilter(wanted), [wanted])
  const paused = pausedAt !== null
  const rows = live[tab]
  const still = attention || menu !== null
  const calm = useCalmRows({ tab, rows, matches, sorting, context, still, paused })
  const { shown, total, fresh, renew } = calm
  const now = pausedAt ?? (live.link.type === 'lost' ? live.link.since : seconds)
  const ticks = useTicks(shown)

  const [many, setMany] = useState(false)
  // Not to and fro around the limit, and not while that would move rows under the pointer.
  const much = many ? total > MANY * 0.9 : total > MANY
  if (much !== many && !still) setMany(much)

  const set = layout.value ?? noLayout
  const narrow = room <= NARROW
  const columns = useMemo(() => (narrow ? null : shownColumns(set, tab, asked, room)), [narrow, set, tab, asked, room])
  const pages = Math.max(1, Math.ceil(shown.length / ROWS_PER_PAGE))
  const at = Math.min(page, pages - 1)
  const first = set.plain ? at * ROWS_PER_PAGE : 0
  const part = useMemo(() => (set.plain ? shown.slice(first, first + ROWS_PER_PAGE) : shown), [set.plain, shown, first])

  const known = useCallback(() => knownValues(store.getState(), tab, context), [store, tab, context])
  const panelOpen = selected !== ''
  const open = useCallback((id: string) => void navigate({ to: `/connections/${id}` }), [navigate])
  const actions = useMemo<RowActions>(
    () => ({
      onCurrent: (id) => {
        setCurrent(id)
        if (panelOpen) setSelected(id)
      },
      onOpen: open,
      onTick: mayChange && tab === 'open' ? ticks.toggle : null,
      onMenu: (id, x, y) => setMenu({ id, x, y }),
      onWhy: setExplained,
      onSelect: setSelected,
      onStep: (by) => table.current?.move(by),
    }),
    [open, mayChange, tab, ticks.toggle, setMenu, setExplained, setSelected, panelOpen],
  )
  const closeIds = (ids: readonly string[], block = false) => {
    const left = ids.filter((id) => store.find(id)?.info.state === 'open')
    if (!mayChange || left.length === 0) return
    // A list of ids has a limit; all that match are meant as well by the filter itself.
    const target = left.length > IDS_MAX ? { filter: { state: 'open' as const, q: filter } } : { ids: left }
    setClosing({ target, block })
  }
  const pause = () => setPausedAt(paused ? null : Date.now())
  useRowKeys({
    current,
    actions,
    move: (by) => table.current?.move(by),
    pause,
    close: () => closeIds(ticks.ids.size > 0 ? [...ticks.ids] : current === null ? [] : [current]),
    leave: ticks.ids.size > 0 ? ticks.clear : null,
    panelOpen,
  })

  const ids = useMemo(() => columns?.map(({ id }) => id) ?? null, [columns])
  const keep = layout.change
  const setColumns = useCallback(
    (chosen: readonly ColumnId[] | null) => {
      setAsked('')
      const { [tab]: _, ...others } = set.columns
      keep({ ...set, columns: chosen === null ? others : { ...others, [tab]: chosen } })
    },
    [set, tab, keep, setAsked],
  )
  const setPlain = useCallback((plain: boolean) => keep({ ...set, plain }), [set, keep])

  if (!live.loaded) return <Loading />
  const menuRow = menu === null ? undefined : store.find(menu.id)
  const sortBy = (column: Column) => setSort(formatSorting(nextSorting(sorting, column)))
  return (
    <>
      <div className={styles.head}>
        <FilterField value={filter} onChange={setFilter} problem={problem} known={known} />
        <SavedViews search={searchOf({ tab, filter, sort, columns: ids ?? [] })} />
        <ViewMenu
          sorting={sorting}
          onSort={setSort}
          shown={ids}
          onColumns={setColumns}
          plain={set.plain}
          onPlain={setPlain}
        />
      </div>
      {filter !== '' && (
        <div className={styles.chips}>
          <FilterChips filter={filter} onChange={setFilter} />
        </div>
      )}
      <StatusLine
        shown={shown.length}
        total={total}
        fresh={fresh}
        held={still && !paused}
        pausedAt={pausedAt}
        onPause={pause}
        onFresh={() => {
          renew()
          table.current?.toTop()
        }}
      />
      {filter === '' && many && <Suggestions count={total} live={live} onFilter={setFilter} />}
      {total === 0 && rows.length === 0 && <NoRows tab={tab} />}
      {total > 0 && shown.length === 0 && (
        <NoMatch unclear={problem !== null} total={total} onClear={() => setFilter('')} />
      )}
      {shown.length > 0 && (
        <ConnectionTable
          ref={table}
          label={text.table[tab]}
          columns={columns}
          rows={part}
          now={now}
          context={context}
          actions={actions}
          ticked={ticks.ids}
          onTickAll={() => ticks.toggleAll(part)}
          current={current}
          menuOf={menu?.id ?? null}
          sorting={sorting}
          onSort={sortBy}
          onResize={({ id }, width) => keep({ ...set, widths: { ...set.widths, [id]: width } })}
          stale={live.link.type === 'lost'}
          plain={set.plain}
          first={first}
          count={shown.length}
          onAttention={setAttention}
        />
      )}
      {set.plain && shown.length > ROWS_PER_PAGE && <PageSteps page={at} pages={pages} onPage={setPage} />}
      <BulkBar ticks={ticks} matching={shown} onClose={() => closeIds([...ticks.ids])} />
      {menu !== null && menuRow !== undefined && (
        <RowMenu
          place={menu}
          info={menuRow.info}
          onClose={() => {
            setMenu(null)
            focusRow(menu.id)
          }}
          onGo={(to, search) => void navigate({ to, search })}
          onWhy={setExplained}
          onCloseConnection={(id, block) => closeIds([id], block)}
        />
      )}
      {closing !== null && (
        <CloseDialog
          {...closing.target}
          block={closing.block}
          onClose={() => {
            setClosing(null)
            ticks.clear()
          }}
        />
      )}
      {selected !== '' && (
        <RowPanel
          id={selected}
          onClose={() => setSelected('')}
          onWhy={setExplained}
          onCloseConnection={mayChange ? (id) => closeIds([id]) : null}
        />
      )}
    </>
  )
}

/** What a filter text means; while it is not understood, nothing matches and `problem` is the sentence that says why. */
function readFilter(filter: string): { matches: (row: Row) => boolean; problem: string | null } {
  try {
    const test = connectionFilter(filter)
    return { matches: filter.trim() === '' ? () => true : ({ info }) => test(info), problem: null }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { matches: () => false, problem: error.message }
  }
}

interface Shown {
  readonly tab: Tab
  readonly filter: string
  readonly sort: string
  readonly columns: readonly ColumnId[]
}

/** The part of the address that shows somebody else the same. */
function searchOf({ tab, filter, sort, columns }: Shown): string {
  const all = { tab: tab === 'open' ? '' : tab, filter, sort, columns: columns.join(',') }
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString()
}
