import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { targetKnowledge } from './targets.ts'

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sockgate-targets-'))
  writeFileSync(join(dataDir, 'admin.sock'), '')
})

afterEach(() => rmSync(dataDir, { recursive: true }))

function refused(uri: string): string | null {
  const services = { list: () => [], uriOf: (name: string) => `unix:${name}` }
  return targetKnowledge({ services, ownUris: () => ['http://127.0.0.1:8081/'], dataDir }).refused(uri)
}

it('sends nothing to the admin socket, however it is written (T26)', () => {
  const link = `${dataDir}-link`
  symlinkSync(dataDir, link)
  try {
    for (const path of [
      `${dataDir}/admin.sock`,
      `${dataDir}/../${dataDir.split('/').at(-1)!}/admin.sock`,
      `${link}/admin.sock`,
    ]) {
      expect(refused(`unix:${path}`), path).toContain('the directory of the gateway itself')
    }
    expect(refused(`unix:${dataDir}/not-there/yet.sock`)).not.toBeNull()
    expect(refused(`unix:${dataDir}-2/x.sock`)).toBeNull()
    expect(refused('unix:/nowhere/x.sock')).toBeNull()
    expect(refused('pong')).toBeNull()
  } finally {
    rmSync(link)
  }
})

it.each([
  ['tcp://127.0.0.1:8081', 'the gateway itself'],
  ['tcp://localhost:8081/x', 'the gateway itself'],
  ['tcp://[::1]:8081', 'the gateway itself'],
  ['tcp://169.254.169.254:80', 'link-local'],
  ['tcp://[fe80::1]:80', 'link-local'],
])('sends nothing to %s (T26)', (uri, why) => {
  expect(refused(uri)).toContain(why)
})

it('sends elsewhere on this machine and on others', () => {
  for (const uri of ['tcp://127.0.0.1:9000', 'tls://pong.example:8081']) expect(refused(uri)).toBeNull()
})
