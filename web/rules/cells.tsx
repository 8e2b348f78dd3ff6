import { Link } from '@tanstack/react-router'

import type { FirewallRule, Redirect, RuleLimits } from '../../shared/policy/document.ts'
import { formatBytes, formatCount } from '../../shared/units.ts'
import { messages } from '../messages.ts'
import { text } from '../messages/rules.ts'
import { Sparkline } from '../ui/sparkline.tsx'
import { useTick } from '../ui/use-tick.ts'
import { useZone } from '../ui/use-zone.ts'
import { When } from '../ui/when.tsx'
import { isRule } from './entry.ts'
import type { Entry } from './entry.ts'
import type { HitCourse } from './hits.ts'
import { WhoTerm } from './labels.tsx'
import { readWindow, splitPeer } from './split-peer.ts'

import styles from './rules.module.css'

/** The first condition about the client; all in the tip. */
export function WhoCell({ peer }: { peer: string }) {
  const { who } = splitPeer(peer)
  const [first] = who
  if (first === undefined) return <span className="dim">{text.anyone}</span>
  return (
    <span title={who.join(' ')}>
      <WhoTerm term={first} />
    </span>
  )
}

export function PageCell({ peer }: { peer: string }) {
  const { origins } = splitPeer(peer)
  if (origins.length === 0) return <span className="dim">{text.anyPage}</span>
  const [first] = origins
  if (first === 'none') return <span title={text.noPageHint}>{text.noPage}</span>
  return (
    <span className="mono" title={origins.join(' ')}>
      {origins.map((origin) => origin.replace(/^https:\/\//, '')).join(' ')}
    </span>
  )
}

export function NameCell({ name }: { name: string }) {
  if (name === '*') return <span className="dim">{text.anyService}</span>
  return (
    <span className={`mono ${styles.name}`} title={name}>
      {name}
    </span>
  )
}

/** When an entry holds, as short words; none: always. */
export function useWhen({ peer, until }: Entry): readonly { readonly word: string; readonly hint: string }[] {
  const now = useTick()
  const zone = useZone()
  const windows = splitPeer(peer).times.map((time) => {
    const window = readWindow(time)
    if (window === null) return { word: time, hint: time }
    return { word: text.when.window(window.days, window.hours), hint: text.when.zone(window.zone) }
  })
  if (until === undefined) return windows
  return [...windows, { word: endsWord(Date.parse(until), now, zone), hint: until }]
}

const DAY_MS = 86_400_000

function endsWord(end: number, now: number, zone: string | undefined): string {
  if (!(end > now)) return text.when.ended
  if (end - now < DAY_MS) return text.when.endsIn(end - now)
  const format = { dateStyle: 'medium', ...(zone !== undefined && { timeZone: zone }) } as const
  return text.when.until(new Date(end).toLocaleDateString(undefined, format))
}

export function WhenCell({ entry }: { entry: Entry }) {
  const words = useWhen(entry)
  if (words.length === 0) return <span className="dim">{text.always}</span>
  return (
    <span className={words.length > 1 ? styles.two : undefined}>
      {words.map(({ word, hint }) => (
        <span key={word} title={`${word}, ${hint}`} className="num">
          {word}
        </span>
      ))}
    </span>
  )
}

/** Each limit of a rule, as short words. */
export function limitWords(limits: RuleLimits | undefined): readonly string[] {
  if (limits === undefined) return []
  const { perAddress, perUser, perService, messagesPerSecond, bytesPerSecond, over } = limits
  const words = [
    perAddress !== undefined && text.limits.perAddress(perAddress),
    perUser !== undefined && text.limits.perUser(perUser),
    perService !== undefined && text.limits.perService(perService),
    messagesPerSecond !== undefined && text.limits.messages(messagesPerSecond),
    bytesPerSecond !== undefined && text.limits.bytes(formatBytes(bytesPerSecond)),
    over === 'close' && text.limits.close,
  ]
  return words.filter((each) => each !== false)
}

export function LimitsCell({ rule }: { rule: FirewallRule }) {
  const words = limitWords(rule.limits)
  if (words.length === 0) return <span className="dim">{messages.unknown}</span>
  return (
    <span className={`${styles.two} num`} title={words.join('\n')}>
      <span>{words[0]}</span>
      {words.length > 1 && <span className="dim">{words.slice(1).join(', ')}</span>}
    </span>
  )
}

interface HitsProps {
  readonly id: string
  readonly name: string
  /** Refused connections are in a list of their own. */
  readonly denies: boolean
  readonly hits: HitCourse | undefined
  /** The draft has made it: nothing can have matched it yet. */
  readonly fresh: boolean
  /** With the course of the last two minutes beside it, or the number alone. */
  readonly as?: 'course' | 'two-lines' | 'number'
}

const NEVER: HitCourse = { hits: 0, lastAt: null, course: [] }

/** The number opens the connections that it counts. */
export function HitsCell({ id, name, denies, hits = NEVER, fresh, as = 'two-lines' }: HitsProps) {
  const now = useTick()
  if (fresh) {
    return (
      <span className="dim" title={text.hits.unknown}>
        {messages.unknown}
      </span>
    )
  }
  const search = { filter: `rule:${id}`, ...(denies && { tab: 'refused' }) }
  const number = (
    <Link
      to="/connections"
      search={search}
      className={styles.count}
      data-none={hits.hits === 0 || undefined}
      aria-label={text.hits.open(hits.hits, name)}
    >
      {formatCount(hits.hits)}
    </Link>
  )
  if (as === 'number' || hits.lastAt === null) return number
  return (
    <span className={styles.hits}>
      {as === 'course' && hits.course.some((more) => more > 0) && (
        <span className={styles.course}>
          <Sparkline values={hits.course} color="var(--link)" />
        </span>
      )}
      <span className={styles.two}>
        {number}
        <span className="dim">
          {/* It may have been since the page last looked at its clock. */}
          <When at={Math.min(hits.lastAt, now)} />
        </span>
      </span>
    </span>
  )
}

/** What a second line can tell of an entry. */
export type Part = 'who' | 'page' | 'share' | 'when' | 'limits'

/** Conditions that have no column of their own where room is short; of who it is all but the first. */
export function ConditionsLine({ entry, parts }: { entry: Entry; parts: readonly Part[] }) {
  const when = useWhen(entry).map(({ word }) => word)
  const { who, origins } = splitPeer(entry.peer)
  const words: Readonly<Record<Part, readonly string[]>> = {
    who: who.slice(1),
    page: origins.map((origin) => (origin === 'none' ? text.noPage : text.onPage(origin.replace(/^https:\/\//, '')))),
    share: isRule(entry) || entry.percent === undefined ? [] : [text.percentOf(entry.percent)],
    when,
    limits: isRule(entry) ? limitWords(entry.limits) : [],
  }
  const line = parts.flatMap((part) => words[part]).join(' · ')
  return line === '' ? null : (
    <span className="dim" title={line}>
      {line}
    </span>
  )
}

export function TargetCell({ redirect }: { redirect: Redirect }) {
  return (
    <span className={`mono ${styles.name}`} title={redirect.to}>
      <span className={styles.arrow} aria-hidden="true">
        →
      </span>
      {redirect.to}
    </span>
  )
}
