#!/usr/bin/env node
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { join } from 'node:path'

import { Argument, Command, InvalidArgumentError } from 'commander'

import { benchCommit } from './commit.ts'
import { buildNativeTools, repositoryRoot } from './native.ts'
import { benchPolicy } from './policy.ts'
import { Processes } from './processes.ts'
import { between, report } from './report.ts'
import type { Conditions } from './report.ts'
import { runRounds } from './run.ts'
import type { Plan } from './run.ts'
import type { Results, Sample } from './statistics.ts'
import { targets } from './targets.ts'
import type { Bench, Target } from './targets.ts'
import { extents, workloads } from './workloads.ts'
import type { Workload } from './workloads.ts'

interface Options {
  readonly rounds: number
  readonly secs: number
  readonly only?: string[]
  readonly targets?: string[]
  readonly cpu?: string
  readonly md?: string
  readonly json?: string
  readonly quick?: boolean
  readonly full?: boolean
}

const command = new Command('bench')
  .description('Measures the gateway beside other bridges, under the same load, with every message checked.')
  .addArgument(
    new Argument('[what]', 'the gateway, how long the rules take to decide, or a commit under load')
      .choices(['gateway', 'policy', 'commit'])
      .default('gateway'),
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .option('--rounds <n>', 'alternating rounds', whole, 3)
  .option('--secs <n>', 'length of each timed load', positive, 2)
  .option('--only <names>', 'workloads to run, separated by commas', list)
  .option('--targets <names>', 'targets to run, separated by commas', list)
  .option('--cpu <cores>', 'core that everything shares, or "off" (default: 1, where taskset is installed)')
  .option('--quick', 'one short round: whether it works, not how fast')
  .option('--full', 'one-way transfers of 1 GiB')
  .option('--md <file>', 'write the tables; in a file with the marks "<!-- figures -->", only what is between them')
  .option('--json <file>', 'write every sample')
  .addHelpText('after', () => `\n${names('Workloads', workloads(extents.normal))}\n\n${names('Targets', targets)}`)
  .addHelpText('after', '\nExamples: npm run bench -- --only pipe64,mid --rounds 5\n          npm run bench -- policy')

process.exit(
  await run(command.parse()).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }),
)

/** Returns the exit status: 1 when anything failed or came back wrong. */
async function run({ processedArgs: [what] }: Command): Promise<number> {
  if (what === 'gateway') return main(command.opts<Options>())
  const { text, met } =
    what === 'commit' ? await benchCommit(await prepare(null)) : benchPolicy((row) => console.error(row))
  console.log(`\n${text}`)
  return met ? 0 : 1
}

/** Scratch folder, echo service and tools; all of it goes with the process. */
async function prepare(pinnedTo: string | null): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'sockgate-bench-'))
  const processes = new Processes(folder, pinnedTo)
  process.once('exit', () => {
    processes.killAll()
    rmSync(folder, { recursive: true, force: true })
  })
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
  const repository = repositoryRoot(import.meta.filename)
  const tools = buildNativeTools(repository)
  const echoPath = join(folder, 'echo.sock')
  await processes.serve([tools.echo, `unix:${echoPath}`], { path: echoPath })
  return { processes, tools, folder, repository, echoPath }
}

async function main(options: Options): Promise<number> {
  const plan = choose(options)
  const pinnedTo = pinning(options.cpu)
  const bench = await prepare(pinnedTo)
  const results = await runRounds(bench, plan, (round, workload, target, sample) => {
    console.error(`[${round + 1}/${plan.rounds}] ${progress(workload, target, sample)}`)
  })

  const text = report(conditions(plan, pinnedTo), plan.workloads, results)
  console.log(`\n${text}`)
  if (options.md !== undefined) writeMarkdown(options.md, text)
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ plan, results }, null, 1)}\n`)
  return anyFault(results) ? 1 : 0
}

function choose(options: Options): Plan {
  const extent = options.quick ? extents.quick : options.full ? extents.full : extents.normal
  return {
    rounds: options.quick ? 1 : options.rounds,
    secs: options.quick ? 0.5 : options.secs,
    warmSecs: options.quick ? 0.2 : 0.7,
    workloads: pick('workload', workloads(extent), options.only),
    targets: pick('target', targets, options.targets),
  }
}

function pick<T extends { name: string }>(kind: string, all: readonly T[], wanted: string[] | undefined): T[] {
  const known = all.map(({ name }) => name)
  for (const name of wanted ?? []) {
    if (!known.includes(name)) command.error(`No ${kind} is called ${name}. There are ${known.join(', ')}.`)
  }
  return all.filter(({ name }) => wanted === undefined || wanted.includes(name))
}

/**
 * On one core, throughput is the inverse of all the work done and hardly varies, even where other programs run; on
 * several, much of it is how long an idle core takes to wake.
 */
function pinning(wanted: string | undefined): string | null {
  if (wanted === 'off') return null
  if (!tasksetRuns()) {
    if (wanted !== undefined) command.error('--cpu needs taskset, from util-linux.')
    return null
  }
  return wanted ?? (cpus().length > 1 ? '1' : '0')
}

function tasksetRuns(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function conditions(plan: Plan, pinnedTo: string | null): Conditions {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    kernel: release(),
    node: process.versions.node,
    rounds: plan.rounds,
    secs: plan.secs,
    pinnedTo,
  }
}

function progress(workload: Workload, target: Target, sample: Sample): string {
  const figure = sample.value === null ? '' : `${sample.value.toFixed(sample.value < 100 ? 2 : 0)} ${workload.unit}`
  return `${workload.name.padEnd(9)} ${target.name.padEnd(8)} ${figure}${sample.fault && `  FAULT: ${sample.fault}`}`
}

function writeMarkdown(file: string, text: string): void {
  writeFileSync(file, existsSync(file) ? between(readFileSync(file, 'utf8'), text) : `${text}\n`)
}

function anyFault(results: Results): boolean {
  return Object.values(results).some((byTarget) =>
    Object.values(byTarget)
      .flat()
      .some(({ fault }) => fault !== ''),
  )
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new InvalidArgumentError('Give a number above 0.')
  return number
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number above 0.')
  return Number(text)
}

function list(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}

function names(title: string, all: readonly { name: string; title: string }[]): string {
  return [`${title}:`, ...all.map((one) => `  ${one.name.padEnd(10)} ${one.title}`)].join('\n')
}
