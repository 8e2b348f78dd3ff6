import { Button } from '@mantine/core'
import { FilterX } from 'lucide-react'
import { useMemo, useState } from 'react'

import type { FixedRules } from '../../shared/policy/document.ts'
import { useLive } from '../live/use-live.ts'
import { text } from '../messages/rules.ts'
import { useDraft } from '../policy/use-draft.ts'
import { Empty } from '../ui/empty.tsx'
import { useSearchParam } from '../ui/use-search-param.ts'
import { positionOf } from './edits.ts'
import { EmptyList } from './empty-list.tsx'
import { entriesOf, isRule } from './entry.ts'
import type { Entry, ListName } from './entry.ts'
import { marksOf } from './marks.ts'
import { MoveDialog } from './move-dialog.tsx'
import { RemovedList } from './removed-list.tsx'
import { RowMenu } from './row-menu.tsx'
import { movableKeys, rowsOf, sectionOf } from './rows.ts'
import type { DirectionTab } from './rows.ts'
import type { RowActions } from './rule-row.tsx'
import { RuleTable, VIRTUAL_FROM } from './rule-table.tsx'
import { matcher } from './search.ts'
import { factsOf } from './split-peer.ts'
import { StatusLine } from './status-line.tsx'
import { useChecks } from './use-checks.ts'
import { useHits } from './use-hits.ts'
import { useRuleActions } from './use-rule-actions.ts'
import { useStable } from './use-stable.ts'
import { useTableKeys } from './use-table-keys.ts'

import styles from './rules.module.css'

interface TablePartProps {
  readonly list: ListName
  readonly direction: DirectionTab
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly editable: boolean
  /** Id of the entry that is in the editor; empty when there is none. */
  readonly edited: string
  readonly onOpen: (id: string) => void
  readonly onSay: (sentence: string) => void
}

const nothingFixed: FixedRules = { rules: [], redirects: [] }

/** The table with all that belongs to it: selection, folding, keys, what is asked and what is told. */
export function TablePart({ list, direction, filter, onFilter, editable, edited, onOpen, onSay }: TablePartProps) {
  const { document, changes } = useDraft()
  const fixed = entriesOf({ ...document, ...(useLive().policy?.fixed ?? nothingFixed) }, list)
  const entries = entriesOf(document, list)
  const hits = useHits()
  const checks = useChecks()
  const [selected, setSelected] = useState<string | null>(null)
  const [wanted, setWanted] = useState<{ readonly key: string } | null>(null)
  const [editing, setEditing] = useState<string | null>(null)
  const [asked, setAsked] = useState<{ readonly id: string; readonly what: 'position' | 'section' } | null>(null)
  const [menu, setMenu] = useState<{ readonly entry: Entry; readonly opener: HTMLElement } | null>(null)
  const [folded, setFolded] = useFolded()
  const { marks, removed } = useMemo(() => marksOf(changes, list), [changes, list])
  const matches = useMemo(
    () => matcher(filter, marks, checks.byId, (kind) => text.checks.words[kind]),
    [filter, marks, checks.byId],
  )
  const rows = useMemo(
    () => rowsOf({ entries, fixed, redirects: list === 'redirects', direction, folded, matches }),
    [entries, fixed, list, direction, folded, matches],
  )
  const keys = useMemo(() => movableKeys(rows), [rows])

  const focus = (key: string) => {
    setSelected(key)
    setWanted({ key })
  }
  const show = (key: string) => {
    const section = sectionOf(entries, key)
    if (section !== null && folded.has(section)) setFolded(section)
    focus(key)
  }
  const ruleActions = useRuleActions(list, useStable({ say: onSay, show, keys: () => keys }))
  const [, explain] = useSearchParam('explain')
  const page = useStable({
    open: onOpen,
    ask: (id: string, what: 'position' | 'section') => setAsked({ id, what }),
    explain: (id: string) => explain(explainLine([...entries, ...fixed].find((entry) => entry.id === id))),
    fold: setFolded,
    menu: (entry: Entry, opener: HTMLElement) => setMenu({ entry, opener }),
    focus,
    addSection: (id: string) => {
      ruleActions.addSection(id)
      setEditing(id)
    },
  })
  const actions: RowActions = useMemo(() => ({ ...ruleActions, ...page }), [ruleActions, page])
  useTableKeys({ rows, selected, editable, actions, onCreate: () => onOpen('new'), onCaption: setEditing })

  const inTab = (entry: Entry) => direction === 'all' || !isRule(entry) || entry.direction === direction
  const shown = entries.filter((entry) => inTab(entry) && (matches === null || matches(entry))).length
  const hidden = matches !== null || shown < entries.length
  return (
    <>
      {matches !== null && rows.length === 0 ? (
        <Empty icon={<FilterX size={22} />} title={text.noMatch.title[list]}>
          <p>{text.noMatch.hint(list, entries.length)}</p>
          <Button variant="default" size="xs" onClick={() => onFilter('')}>
            {text.filter.clear}
          </Button>
        </Empty>
      ) : (
        <RuleTable
          label={list === 'rules' ? text.firewall.table : text.redirection.table}
          {...{ list, document, rows, editable, marks, selected, wanted, editing, actions }}
          draggable={matches === null}
          hits={hits.data}
          checks={checks.byId}
          onSelect={setSelected}
          onEditing={setEditing}
          menuOf={menu?.entry.id ?? null}
          edited={edited}
        />
      )}
      {entries.length === 0 && matches === null && (
        <EmptyList list={list} verdict={document.defaults.in} onCreate={editable ? () => onOpen('new') : null} />
      )}
      {entries.length > 0 && matches === null && shown === 0 && direction !== 'all' && (
        <p className={styles.noneHere}>{text.noMatch.directions[direction]}</p>
      )}
      <RemovedList list={list} removed={removed} onRestore={editable ? actions.restore : null} />
      <StatusLine
        {...{ list, shown, entries, hidden, hits, checks }}
        noDrag={!editable ? null : rows.length >= VIRTUAL_FROM ? 'many' : matches === null ? null : 'filter'}
      />
      {menu !== null && (
        <RowMenu
          {...menu}
          name={text.name(list, positionOf(entries, menu.entry.id))}
          editable={editable && entries.includes(menu.entry)}
          actions={actions}
          onClose={() => setMenu(null)}
        />
      )}
      {asked !== null && (
        <MoveDialog
          {...{ list, entries }}
          id={asked.id}
          what={asked.what}
          onMove={(to) => actions.move(asked.id, to)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  )
}

/** Folded sections, kept in the address. Changing one folds or unfolds it. */
function useFolded(): readonly [ReadonlySet<string>, (key: string) => void] {
  const [param, setParam] = useSearchParam('fold')
  const folded = useMemo(() => new Set(param === '' ? [] : param.split(',')), [param])
  const change = (key: string) => {
    const next = folded.has(key) ? [...folded].filter((each) => each !== key) : [...folded, key]
    setParam(next.join(','))
  }
  return [folded, change]
}

/** A connection that an entry is about, for the form of the Explain drawer. */
function explainLine(entry: Entry | undefined): string {
  if (entry === undefined) return 'new'
  const service = isRule(entry) ? entry.service : entry.from
  if (service.includes('*')) return 'new'
  return `${isRule(entry) ? entry.direction : 'in'} ${service} ${factsOf(entry.peer)}`.trim()
}
