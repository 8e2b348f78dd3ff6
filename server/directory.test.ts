import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeEach, expect, onTestFinished, test } from 'vitest'

import { DATA_DIR, prepareDirectory, RUN_DIR } from './directory.ts'

let base = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sg-'))
  onTestFinished(() => rmSync(base, { recursive: true }))
})

test('creates it with its parents, for owner and group', () => {
  const mask = process.umask(0)
  onTestFinished(() => void process.umask(mask))
  prepareDirectory(join(base, 'a/b'), RUN_DIR)
  expect(statSync(join(base, 'a/b')).mode & 0o7777).toBe(0o770)
  expect(() => prepareDirectory(join(base, 'a/b'), RUN_DIR)).not.toThrow()
  symlinkSync('a/b', join(base, 'link'))
  expect(() => prepareDirectory(join(base, 'link'), RUN_DIR)).not.toThrow()
})

test.each([
  ['relative', () => 'run/ipc', 'not an absolute path'],
  ['a file', () => join(base, 'file'), 'is not a directory'],
  ['below a file', () => join(base, 'file/x'), 'is not a directory'],
  ['in /proc', () => '/proc/nothing/here', 'created there; choose another with --rundir'],
])('%s: says what is wrong', (_, dir, words) => {
  writeFileSync(join(base, 'file'), '')
  expect(() => prepareDirectory(dir(), RUN_DIR)).toThrow(words)
})

test('a data directory is named as such, with its option', () => {
  const kind = DATA_DIR
  expect(() => prepareDirectory('/proc/nothing/x', kind)).toThrow(/^the data directory \/proc\/nothing\/x .*--data$/)
})
