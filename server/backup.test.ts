import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { expect, test } from 'vitest'

import { backupPath, removeBackups } from './backup.ts'

test('copies that were left behind are removed, and nothing else', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sockgate-backup-'))
  const [first, second] = [backupPath(dir), backupPath(dir)]
  expect(first).not.toBe(second)
  const left = [first, second, `${second}-journal`].map((path) => basename(path))
  for (const name of [...left, 'sockgate.db', 'backup-mine.db']) writeFileSync(join(dir, name), '')
  removeBackups(dir)
  expect(readdirSync(dir)).toEqual(['backup-mine.db', 'sockgate.db'])
  rmSync(dir, { recursive: true })
})
