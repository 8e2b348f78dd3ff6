import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { FirewallRule, PolicyDocument } from '../../shared/policy/document.ts'
import type { AuditStore, SessionRecord, TokenRecord, UserRecord, VersionRecord } from '../store/store.ts'

/** A data directory that goes with the test. */
export function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sockgate-data-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export const rule = (id: string, service = 'pong'): FirewallRule => {
  return { id, enabled: true, action: 'allow', direction: 'in', service, peer: '*', note: '' }
}

export const policy = (...rules: readonly FirewallRule[]): PolicyDocument => {
  return { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules, tests: [] }
}

export const version = (document: PolicyDocument, comment = ''): Omit<VersionRecord, 'version'> => {
  return { at: 1_700_000_000_000, author: 'anna', comment, kind: 'commit', document }
}

export const user = (name: string, changes: Partial<UserRecord> = {}): UserRecord => ({
  name,
  role: 'viewer',
  groups: [],
  enabled: true,
  passwordHash: null,
  certificate: null,
  createdAt: 1_700_000_000_000,
  ...changes,
})

export const token = (id: string, owner: string, changes: Partial<TokenRecord> = {}): TokenRecord => ({
  id,
  name: 'backup',
  user: owner,
  scope: 'connect',
  hash: new Uint8Array(32).fill(id.charCodeAt(0)),
  createdAt: 1_700_000_000_000,
  expiresAt: null,
  lastUsedAt: null,
  ...changes,
})

export const session = (id: string, owner: string, changes: Partial<SessionRecord> = {}): SessionRecord => ({
  id,
  hash: new Uint8Array(32).fill(id.charCodeAt(0)),
  user: owner,
  createdAt: 1_700_000_000_000,
  seenAt: 1_700_000_000_000,
  from: '127.0.0.1',
  ...changes,
})

export const entry = (action: string, changes: Partial<Parameters<AuditStore['append']>[0]> = {}) => ({
  actor: 'anna',
  action,
  object: '-',
  result: 'ok' as const,
  from: '127.0.0.1',
  requestId: 'r1',
  detail: '',
  ...changes,
})
