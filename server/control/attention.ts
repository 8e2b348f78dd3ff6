import { statfsSync } from 'node:fs'

import type { Finding, PolicyState } from '../../shared/api.ts'
import type { ServiceInfo } from '../../shared/connection.ts'
import type { Attention, CertificateInfo } from '../../shared/dashboard.ts'
import { formatBytes } from '../../shared/units.ts'
import type { Life } from './recent.ts'

/** What the list is made from, as of now. */
export interface AttentionSources {
  readonly now: number
  readonly services: readonly ServiceInfo[]
  readonly findings: readonly Finding[]
  readonly policy: PolicyState
  readonly lives: readonly Life[]
  readonly certificate: CertificateInfo | null
  readonly disk: { readonly freeBytes: number; readonly share: number } | null
  /** What is wrong with the audit log, as a sentence; null when nothing is, as far as known. */
  readonly auditFault: string | null
  /** By how much the wall clock last jumped, in ms; 0 when it did not. */
  readonly clockJumpMs: number
  readonly warnings: readonly string[]
}

type Look = (sources: AttentionSources) => readonly Attention[]

const DAY_MS = 24 * 3600 * 1000
const CERTIFICATE_DAYS = 30
const FREE_MIN_BYTES = 64 * 1024 * 1024
const FREE_MIN_SHARE = 0.05

/** Catalog of what is looked for: one function, one line. The order is that of equal weight. */
const looks: readonly Look[] = [audit, disk, certificate, services, file, rules, idle, clock, gateway]

const weights: readonly Attention['weight'][] = ['error', 'warning', 'info']
/** Of each kind so many are told. */
const TOLD = 5

/** What wants a look, heaviest first. */
export function attention(sources: AttentionSources): Attention[] {
  return looks
    .flatMap((look) => look(sources).slice(0, TOLD))
    .toSorted((a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight))
}

function audit({ auditFault }: AttentionSources): Attention[] {
  if (auditFault === null) return []
  return [
    {
      kind: 'audit',
      weight: 'error',
      about: '',
      title: 'The audit log was tampered with',
      detail: `${sentence(auditFault)} Export it as it is, and compare it with a backup.`,
      link: { path: '/audit', text: 'Open the audit log' },
    },
  ]
}

function disk({ disk: space }: AttentionSources): Attention[] {
  if (space === null || (space.freeBytes >= FREE_MIN_BYTES && space.share >= FREE_MIN_SHARE)) return []
  return [
    {
      kind: 'disk',
      weight: space.freeBytes < FREE_MIN_BYTES ? 'error' : 'warning',
      about: '',
      title: `The disk of the data directory has ${formatBytes(space.freeBytes)} left`,
      detail: 'When it is full, changes of rules are refused; connections go on. Make room on it.',
      link: { path: '/settings?section=backup', text: 'Take a backup' },
    },
  ]
}

function certificate({ certificate: shown, now }: AttentionSources): Attention[] {
  if (shown === null) return []
  const days = Math.floor((shown.validTo - now) / DAY_MS)
  if (days >= CERTIFICATE_DAYS) return []
  return [
    {
      kind: 'certificate',
      weight: days < 7 ? 'error' : 'warning',
      about: shown.subject,
      title: days < 0 ? 'The certificate is over' : `The certificate ends in ${days === 1 ? '1 day' : `${days} days`}`,
      detail: 'Clients refuse it then. Put the new files in place of the old ones, and read them again.',
      link: { path: '/settings?section=tls', text: 'TLS settings' },
    },
  ]
}

function services({ services: all }: AttentionSources): Attention[] {
  return all
    .filter(({ state }) => state === 'down')
    .map(({ name, lastError }) => ({
      kind: 'service-down',
      weight: 'error',
      about: name,
      title: `The service ${name} is down`,
      detail: sentence(lastError ?? 'the last attempt to reach it failed'),
      link: { path: `/services/${encodeURIComponent(name)}`, text: 'Look at it' },
    }))
}

function file({ policy: { managed } }: AttentionSources): Attention[] {
  if (managed === null || managed.drift === null) return []
  return [
    {
      kind: 'policy-file',
      weight: 'warning',
      about: managed.path,
      title: 'The rules file differs from what is in force',
      detail: sentence(managed.drift),
      link: { path: '/history', text: 'Look at the history' },
    },
  ]
}

const told: Readonly<Partial<Record<Finding['kind'], string>>> = {
  'dead-target': 'leads nowhere',
  loop: 'is part of a circle',
  shadowed: 'is hidden by others',
  expired: 'is over',
  'test-failed': 'fails',
}

function rules({ findings, policy: { fixed } }: AttentionSources): Attention[] {
  const redirects = new Set(fixed.redirects.map(({ id }) => id))
  return findings.flatMap(({ kind, id, message }) => {
    const what = told[kind]
    if (what === undefined) return []
    const test = kind === 'test-failed'
    const redirect = kind === 'dead-target' || kind === 'loop' || redirects.has(id)
    const page = test ? 'tests' : redirect ? 'redirection' : 'firewall'
    return [
      {
        kind: 'rule',
        weight: kind === 'shadowed' || kind === 'expired' ? 'info' : 'warning',
        about: id,
        title: `${test ? 'Test' : redirect ? 'Redirect' : 'Rule'} ${id} ${what}`,
        detail: sentence(message),
        link: { path: `/rules/${page}?edit=${encodeURIComponent(id)}`, text: 'Open it' },
      },
    ]
  })
}

/** What proxies and load balancers close idle sockets after, in seconds. */
const IDLE_LIMITS_S = [30, 60, 75, 90, 100, 120, 300, 350, 600]
const IDLE_NEAR_MS = 1500
const IDLE_COUNT = 5

function idle({ lives }: AttentionSources): Attention[] {
  return IDLE_LIMITS_S.flatMap((limit) => {
    const count = lives.filter(({ lifeMs }) => Math.abs(lifeMs - limit * 1000) <= IDLE_NEAR_MS).length
    if (count < IDLE_COUNT) return []
    return [
      {
        kind: 'idle-closings',
        weight: 'warning',
        about: String(limit),
        title: `${count} connections ended after ${limit} s each`,
        detail: `A proxy in front may close idle sockets: set --timer below ${limit} s, so that pings keep them open.`,
        link: { path: '/connections?tab=closed', text: 'Look at them' },
      },
    ]
  })
}

function clock({ clockJumpMs }: AttentionSources): Attention[] {
  if (clockJumpMs === 0) return []
  return [
    {
      kind: 'clock',
      weight: 'warning',
      about: '',
      title: `The clock jumped by ${Math.round(clockJumpMs / 1000)} s`,
      detail: 'Times in lists and rules that end are off by that. Durations and confirm windows are not.',
      link: null,
    },
  ]
}

function gateway({ warnings }: AttentionSources): Attention[] {
  return warnings.map((warning) => ({
    kind: 'gateway',
    weight: 'info',
    about: '',
    title: 'Something does not work on this machine',
    detail: sentence(warning),
    link: { path: '/settings?section=about', text: 'Self-check' },
  }))
}

/** Room on the disk of a directory; null where nobody knows. */
export function diskOf(dir: string): AttentionSources['disk'] {
  try {
    const { bavail, blocks, bsize } = statfsSync(dir)
    return { freeBytes: bavail * bsize, share: blocks === 0 ? 1 : bavail / blocks }
  } catch {
    return null
  }
}

const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
