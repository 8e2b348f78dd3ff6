import type { ReactNode } from 'react'

import type { FirewallRule, Redirect } from '../../shared/policy/document.ts'
import { messages } from '../messages.ts'
import { text } from '../messages/rules.ts'
import { ConditionsLine, HitsCell, LimitsCell, NameCell, PageCell, TargetCell, WhenCell, WhoCell } from './cells.tsx'
import type { Part } from './cells.tsx'
import type { Check } from './checks.ts'
import type { Entry, ListName } from './entry.ts'
import { isRule } from './entry.ts'
import type { HitCourse } from './hits.ts'
import { ActionBadge, CheckBadge, DirectionWord } from './labels.tsx'
import type { Room } from './use-room.ts'

import styles from './rules.module.css'

/** What a row shows. */
export interface CellFacts {
  readonly entry: Entry
  /** `Rule 4`, for labels. */
  readonly name: string
  readonly hits: HitCourse | undefined
  readonly fresh: boolean
  readonly checks: readonly Check[]
}

/** One column between those of order and switch and that of actions. */
export interface Column {
  readonly key: string
  readonly header: string
  readonly hint?: string
  /** In pixels; null: shares what is left. */
  readonly width: number | null
  readonly end?: boolean
  readonly cell: (facts: CellFacts) => ReactNode
}

const { columns: name, hints } = text

const ofRule =
  (cell: (rule: FirewallRule) => ReactNode) =>
  ({ entry }: CellFacts) =>
    isRule(entry) ? cell(entry) : null
const ofRedirect =
  (cell: (redirect: Redirect) => ReactNode) =>
  ({ entry }: CellFacts) =>
    isRule(entry) ? null : cell(entry)

const action: Column = {
  key: 'action',
  header: name.action,
  width: 106,
  cell: ofRule((rule) => <ActionBadge action={rule.action} />),
}
const direction: Column = {
  key: 'direction',
  header: name.direction,
  width: 54,
  cell: ofRule((rule) => <DirectionWord direction={rule.direction} />),
}
/** Action and direction in one. */
const verdict: Column = {
  key: 'action',
  header: name.action,
  width: 104,
  cell: ofRule((rule) => (
    <span className={styles.two}>
      <span>
        <ActionBadge action={rule.action} />
      </span>
      <DirectionWord direction={rule.direction} />
    </span>
  )),
}
const who = whoWith(name.who, ['who'])
const whoAndPage = whoWith(name.whoPage, ['who', 'page'])
/** Who, and below it all conditions that have no column. */
const whoAndMore = whoWith(name.who, ['who', 'page', 'share', 'when', 'limits'])
const page: Column = {
  key: 'page',
  header: name.page,
  hint: hints.page,
  width: 124,
  cell: ({ entry }) => <PageCell peer={entry.peer} />,
}
const service: Column = {
  key: 'service',
  header: name.service,
  width: null,
  cell: ofRule((rule) => <NameCell name={rule.service} />),
}
const when: Column = { key: 'when', header: name.when, width: 152, cell: ({ entry }) => <WhenCell entry={entry} /> }
const whenAndLimits: Column = {
  key: 'when',
  header: name.whenLimits,
  width: 152,
  cell: ({ entry }) => (
    <span className={styles.two}>
      <WhenCell entry={entry} />
      <ConditionsLine entry={entry} parts={['limits']} />
    </span>
  ),
}
const whenAndShare: Column = {
  key: 'when',
  header: name.whenShare,
  width: 152,
  cell: ({ entry }) => (
    <span className={styles.two}>
      <WhenCell entry={entry} />
      <ConditionsLine entry={entry} parts={['share']} />
    </span>
  ),
}
const limits: Column = {
  key: 'limits',
  header: name.limits,
  width: 116,
  cell: ofRule((rule) => <LimitsCell rule={rule} />),
}
const hits: Column = {
  key: 'hits',
  header: name.hits,
  hint: hints.hits,
  width: 134,
  end: true,
  cell: (facts) => <EntryHits facts={facts} as="course" />,
}
const briefHits: Column = { ...hits, width: 98, cell: (facts) => <EntryHits facts={facts} as="two-lines" /> }
const checks: Column = {
  key: 'checks',
  header: name.checks,
  width: 122,
  cell: ({ checks: found }) => <CheckBadge checks={found} />,
}
const note: Column = {
  key: 'note',
  header: name.note,
  width: null,
  cell: ({ entry }) => (
    <span className="dim" title={entry.note}>
      {entry.note}
    </span>
  ),
}
const from: Column = {
  key: 'from',
  header: name.from,
  width: null,
  cell: ofRedirect((redirect) => <NameCell name={redirect.from} />),
}
const to: Column = {
  key: 'to',
  header: name.to,
  width: null,
  cell: ofRedirect((redirect) => <TargetCell redirect={redirect} />),
}
/** The target, and below it where to go when that is down. */
const toAndFallback: Column = {
  ...to,
  cell: ofRedirect((redirect) => (
    <span className={styles.two}>
      <TargetCell redirect={redirect} />
      {redirect.fallback !== undefined && (
        <span className="dim" title={text.ifDown(redirect.fallback)}>
          {text.ifDown(redirect.fallback)}
        </span>
      )}
    </span>
  )),
}
const percent: Column = {
  key: 'percent',
  header: name.percent,
  hint: hints.percent,
  width: 68,
  end: true,
  cell: ofRedirect((redirect) =>
    redirect.percent === undefined ? <span className="dim">{text.everyone}</span> : text.percent(redirect.percent),
  ),
}
const fallback: Column = {
  key: 'fallback',
  header: name.fallback,
  hint: hints.fallback,
  width: 116,
  cell: ofRedirect((redirect) =>
    redirect.fallback === undefined ? (
      <span className="dim">{messages.unknown}</span>
    ) : (
      <span className="mono" title={redirect.fallback}>
        {redirect.fallback}
      </span>
    ),
  ),
}
const serviceAndMore: Column = {
  ...service,
  cell: (facts) => (
    <span className={styles.two}>
      {service.cell(facts)}
      <Remarks {...facts} />
    </span>
  ),
}
const route: Column = {
  key: 'route',
  header: name.redirect,
  width: null,
  cell: (facts) => (
    <span className={styles.two}>
      <Route entry={facts.entry} />
      <Remarks {...facts} />
    </span>
  ),
}
const EVERY_PART: readonly Part[] = ['who', 'page', 'share', 'when', 'limits']

/** A whole entry in two lines. */
const card = (header: string): Column => ({
  key: 'card',
  header,
  width: null,
  cell: (facts) => (
    <span className={styles.two}>
      <span className={styles.cardLine}>
        {isRule(facts.entry) ? (
          <>
            <ActionBadge action={facts.entry.action} />
            <NameCell name={facts.entry.service} />
            <DirectionWord direction={facts.entry.direction} />
          </>
        ) : (
          <Route entry={facts.entry} />
        )}
      </span>
      <span className={styles.cardLine}>
        <WhoCell peer={facts.entry.peer} />
        {facts.checks.length > 0 ? (
          <CheckBadge checks={facts.checks} />
        ) : (
          <ConditionsLine entry={facts.entry} parts={EVERY_PART} />
        )}
        <span className={`num ${styles.cardHits}`}>
          <EntryHits facts={facts} as="number" />
        </span>
      </span>
    </span>
  ),
})

export const columns: Readonly<Record<ListName, Readonly<Record<Room, readonly Column[]>>>> = {
  rules: {
    broad: [action, direction, who, page, service, when, limits, hits, checks, note],
    wide: [action, direction, whoAndPage, { ...service, width: 116 }, whenAndLimits, hits, checks, note],
    medium: [verdict, whoAndMore, serviceAndMore, briefHits],
    narrow: [card(name.rule)],
  },
  redirects: {
    broad: [from, to, who, page, percent, fallback, when, hits, checks, note],
    wide: [from, toAndFallback, whoAndPage, whenAndShare, hits, checks, note],
    medium: [route, whoAndMore, briefHits],
    narrow: [card(name.redirect)],
  },
}

/** The client, and below it what else there is to be told. */
function whoWith(header: string, parts: readonly Part[]): Column {
  return {
    key: 'who',
    header,
    width: null,
    cell: ({ entry }) => (
      <span className={styles.two}>
        <WhoCell peer={entry.peer} />
        <ConditionsLine entry={entry} parts={parts} />
      </span>
    ),
  }
}

function EntryHits({ facts: { entry, ...facts }, as }: { facts: CellFacts; as: 'course' | 'two-lines' | 'number' }) {
  const { hits: counted, fresh, name: label } = facts
  const denies = isRule(entry) && entry.action === 'deny'
  return <HitsCell id={entry.id} name={label} denies={denies} hits={counted} fresh={fresh} as={as} />
}

function Route({ entry }: { entry: Entry }) {
  if (isRule(entry)) return null
  return (
    <span className={styles.route}>
      <NameCell name={entry.from} />
      <TargetCell redirect={entry} />
    </span>
  )
}

/** What was found, else the note. */
function Remarks({ entry, checks: found }: CellFacts) {
  if (found.length > 0) return <CheckBadge checks={found} />
  return entry.note === '' ? null : (
    <span className="dim" title={entry.note}>
      {entry.note}
    </span>
  )
}
