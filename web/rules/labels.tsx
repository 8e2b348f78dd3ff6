import {
  ArrowLeft,
  ArrowRight,
  Ban,
  Check as Tick,
  Eye,
  Globe,
  Laptop,
  LockKeyhole,
  Network,
  Server,
  User,
  Users,
} from 'lucide-react'
import { CircleAlert, Clock, Copy, EyeOff, Link2Off, MoonStar, RefreshCw } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'

import { text } from '../messages/rules.ts'
import type { Check } from './checks.ts'

import styles from './rules.module.css'

const actionIcons = { allow: Tick, deny: Ban, log: Eye }

/** Word, shape and colour: none of them alone. */
export function ActionBadge({ action }: { action: 'allow' | 'deny' | 'log' }) {
  const Icon = actionIcons[action]
  return (
    <span className={styles.action} data-action={action}>
      <Icon size={12} strokeWidth={2.6} aria-hidden="true" />
      {text.actions[action]}
    </span>
  )
}

const directionIcons = { in: ArrowRight, out: ArrowLeft }

export function DirectionWord({ direction: way }: { direction: 'in' | 'out' }) {
  const Icon = directionIcons[way]
  return (
    <span className={styles.direction}>
      <Icon size={13} aria-hidden="true" />
      {text.direction[way]}
    </span>
  )
}

const checkIcons: Readonly<Record<Check['kind'], LucideIcon>> = {
  shadowed: EyeOff,
  redundant: Copy,
  'never-hit': MoonStar,
  expired: Clock,
  'dead-target': Link2Off,
  loop: RefreshCw,
  'test-failed': CircleAlert,
}

/** The worst of what was found, with the sentences of all in the tip. */
export function CheckBadge({ checks }: { checks: readonly Check[] }) {
  const [first] = checks
  if (first === undefined) return null
  const Icon = checkIcons[first.kind]
  const name = text.checks.words[first.kind]
  return (
    <span className={styles.check} data-kind={first.kind} title={checks.map(({ message }) => message).join('\n')}>
      <Icon size={13} aria-hidden="true" />
      <span>{checks.length === 1 ? name : text.checks.more(name, checks.length - 1)}</span>
    </span>
  )
}

/** Nobody can move or change the row here. */
export function Lock({ hint }: { hint?: string }) {
  return (
    <span className={styles.lock} title={hint}>
      <LockKeyhole size={14} aria-hidden="true" />
      <span className={styles.unseen}>{text.fixed.cell}</span>
    </span>
  )
}

const whoIcons: Readonly<Record<string, LucideIcon>> = {
  user: User,
  group: Users,
  uid: Laptop,
  gid: Laptop,
  local: Laptop,
  loopback: Laptop,
  listener: Server,
  protocol: Network,
}

/** One condition about the client: the sort of it as a shape, its value as it is written. */
export function WhoTerm({ term }: { term: string }) {
  const [, sort = '', value = ''] = /^([a-z]+)(?::(.*))?$/.exec(term) ?? []
  const Icon = whoIcons[sort] ?? Globe
  const plain = (sort === 'user' || sort === 'group') && value !== '' && value !== '*'
  return (
    <span className={styles.term}>
      <Icon size={13} aria-hidden="true" className="dim" />
      <span className="mono">{plain ? value : term}</span>
    </span>
  )
}
