import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, onTestFinished, test } from 'vitest'

import { scriptArgs } from '../script.ts'
import { tortured } from '../testing/store-torture-plan.ts'
import { dataDir } from '../testing/store.ts'
import { openStore } from './sqlite.ts'

/** `npm run torture` asks for 1000. */
const RUNS = Number(process.env.SOCKGATE_TORTURE_RUNS ?? 20)
/** Kills in a row on the same directory: what one leaves behind, the next must cope with. */
const RUNS_PER_DIR = 20
/** Lines that a run may print before it ends. */
const LINES_MAX = 30
/** How long after a line it ends at most, in milliseconds: longer than a commit takes. */
const DELAY_MAX_MS = 4

interface Said {
  readonly saved: number
  readonly confirmed: number
}

/** Starts the process and kills it at a moment that nobody knows. @returns what it has said to be on disk */
async function killed(dir: string): Promise<Said> {
  const args = scriptArgs(import.meta.url, '../testing/store-torture-process')
  const child = spawn(process.execPath, [...args, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const lines = 1 + Math.floor(Math.random() ** 2 * LINES_MAX)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    if (child.killed || output.split('\n').length <= lines) return
    const until = performance.now() + Math.random() * (lines === 1 ? 10 : 1) * DELAY_MAX_MS
    while (performance.now() < until);
    child.kill('SIGKILL')
  })
  const [, signal] = (await closed) as [number | null, string | null]
  expect(signal, output).toBe('SIGKILL')
  const last = (word: string) =>
    Number(
      output
        .match(new RegExp(`${word} (\\d+)\\n`, 'g'))
        ?.at(-1)
        ?.split(' ')[1] ?? 0,
    )
  return { saved: last('saved'), confirmed: last('confirmed') }
}

/** Opens the directory and compares it with the plan. @returns the version that it holds */
async function examined(dir: string, said: Said, before: number): Promise<number> {
  const store = openStore(dir)
  try {
    const latest = store.policy.latest()
    const version = latest?.version ?? 0
    const least = Math.max(said.saved, before)
    expect(version).toBeGreaterThanOrEqual(least)
    expect(version).toBeLessThanOrEqual(least + 1)
    for (let at = version; at > Math.max(0, version - 5); at--)
      expect(store.policy.get(at)).toEqual({ ...tortured(at).record, version: at })

    const log = store.audit.list({ before: null, limit: 1e6, q: '' })
    expect(await store.audit.verify()).toMatchObject({ ok: true, entries: log.length })
    const commits = log.filter(({ action }) => action === 'policy.commit').map(({ object }) => object)
    expect(commits).toEqual(Array.from({ length: version }, (_, at) => `version ${version - at}`))

    const confirmed = log[0]?.action === 'policy.confirm'
    if (version === 0) return 0
    if (said.confirmed === version) expect(confirmed).toBe(true)
    const { pending } = tortured(version)
    expect(store.policy.pending()).toEqual(
      pending && !confirmed ? { ...pending, version, revertTo: version - 1 } : null,
    )
    return version
  } finally {
    store.close()
  }
}

test(
  `${RUNS} times killed while it commits: old or new, never a mix`,
  async () => {
    const began = performance.now()
    let commits = 0
    for (let run = 0; run < RUNS;) {
      const dir = dataDir()
      let version = 0
      for (let turn = 0; turn < RUNS_PER_DIR && run < RUNS; turn++, run++)
        version = await examined(dir, await killed(dir), version)
      commits += version
    }
    expect(commits).toBeGreaterThan(0)
    if (RUNS > 20)
      console.log(`${RUNS} kills, ${commits} commits kept, ${Math.round((performance.now() - began) / 1000)} s`)
  },
  20_000 + RUNS * 3000,
)
