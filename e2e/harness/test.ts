import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { test as base } from '@playwright/test'

import { Gateway, removeAll, type GatewayOptions } from './gateway.ts'
import { killAll } from './program.ts'

export { expect } from '@playwright/test'

interface Fixtures {
  /** A fresh directory, short enough to hold sockets. */
  readonly dir: string
  /** Starts a gateway on free ports; ended with the test. */
  readonly start: (args?: readonly string[], options?: GatewayOptions & { dir?: string }) => Promise<Gateway>
}

/** Whatever a test starts is gone when it ends, however it ends; what a gateway said is kept when it failed. */
export const test = base.extend<Fixtures>({
  // Playwright reads what a fixture needs from the braces.
  // oxlint-disable-next-line no-empty-pattern
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'sg-e2e-'))
    await use(dir)
    removeAll(dir)
  },
  start: async ({ dir }, use, info) => {
    const started: Gateway[] = []
    await use(async (args = [], options = {}) => {
      const home = options.dir ?? mkdtempSync(join(dir, 'g'))
      const gateway = await Gateway.start(home, args, options)
      started.push(gateway)
      return gateway
    })
    if (info.status !== info.expectedStatus) {
      for (const { program } of started) await info.attach('gateway', { body: program.out + program.err })
    }
    // Gently first: a killed gateway leaves its demo directory behind.
    await Promise.all(started.map(({ program }) => program.kill('SIGINT')))
    await killAll()
  },
})
