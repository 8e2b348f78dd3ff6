import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

import { cpuSeconds, residentKib } from './proc.ts'
import type { Sample } from './statistics.ts'
import type { Bench, Server } from './targets.ts'
import { loadArgs } from './workloads.ts'
import type { Workload } from './workloads.ts'

/** How long each timed load runs. */
export interface Duration {
  readonly secs: number
  readonly warmSecs: number
}

/** The load generator's line of JSON. */
interface Generated {
  readonly open: number
  readonly messages: number
  readonly bytes: number
  readonly cycles: number
  readonly seconds: number
  readonly loadgen_cpu: number
  readonly p50_us: number
  readonly p99_us: number
  readonly lost: number
  readonly duplicated_or_reordered: number
  readonly corrupt: number
  readonly unrequested: number
  readonly boundary_errors: number
  readonly failed: number
}

/** What was seen of the target while the load ran. */
interface Observed {
  readonly cpuSecs: number
  readonly residentBeforeKib: number
  readonly residentPeakKib: number
}

const NOTHING: Sample = { value: null, cpu: null, p50Us: null, p99Us: null, generatorCores: null, fault: '' }
/** Longer than the generator's own longest wait. */
const MEASUREMENT_TIMEOUT_MS = 180_000
const MEMORY_POLL_MS = 50
/** Connections just opened leave garbage behind; after this it has mostly been collected. */
const SETTLE_MS = 2_500

/** A sample of something that did not work out, and why. */
export const failed = (why: string): Sample => ({ ...NOTHING, fault: why.split('\n')[0]!.slice(0, 120) })

/** Puts one load on one target. Trouble becomes the sample's `fault`, never an exception. */
export async function measure(bench: Bench, server: Server, workload: Workload, time: Duration): Promise<Sample> {
  const { pid } = server
  const residentBeforeKib = residentKib(pid)
  const command = [bench.tools.loadgen, ...loadArgs(workload, server.url, time.secs, time.warmSecs)]
  const generator = bench.processes.spawn(command, ['pipe', 'pipe', 'pipe'])
  const timer = setTimeout(() => generator.kill('SIGKILL'), MEASUREMENT_TIMEOUT_MS)
  const ended = new Promise<string>((resolve) => {
    generator.once('error', (error) => resolve(error.message))
    generator.once('close', (code, signal) => resolve(signal ?? `status ${code}`))
  })
  let complaint = ''
  generator.stderr!.on('data', (chunk) => (complaint = (complaint + String(chunk)).slice(0, 1000)))
  generator.stdin!.on('error', () => {}) // it has ended: the missing line says so
  const lines = createInterface({ input: generator.stdout! })[Symbol.asyncIterator]()

  // The generator says "ready" with nothing under way, waits for a line, and reports in one more: what the target uses
  // in between belongs to exactly the messages counted.
  const next = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done) {
      const how = await ended // by then all its complaints are here
      throw new Error(complaint.trim() || `the load generator ended early: ${how}`)
    }
    return line.value === 'held' ? next() : line.value
  }
  try {
    await next()
    if (workload.load === 'idle') await delay(SETTLE_MS)
    const cpuBefore = cpuSeconds(pid)
    let residentPeakKib = residentKib(pid)
    const watch = (): number => (residentPeakKib = Math.max(residentPeakKib, residentKib(pid)))
    const watcher = workload.unit === 'MiB growth' ? setInterval(watch, MEMORY_POLL_MS) : undefined
    generator.stdin!.write('go\n')
    const line = await next().finally(() => clearInterval(watcher))
    const generated = JSON.parse(line) as Generated
    watch()
    return sample(workload, generated, { cpuSecs: cpuSeconds(pid) - cpuBefore, residentBeforeKib, residentPeakKib })
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  } finally {
    generator.stdin!.end()
    generator.kill('SIGKILL')
    await ended
    clearTimeout(timer)
  }
}

/** The figures of one measurement in the workload's units. */
export function sample(workload: Workload, generated: Generated, observed: Observed): Sample {
  const { seconds, p50_us, p99_us } = generated
  const growthKib = observed.residentPeakKib - observed.residentBeforeKib
  const fault = faults(generated)
  const timed = { ...NOTHING, fault, generatorCores: generated.loadgen_cpu / seconds }
  switch (workload.unit) {
    case 'messages/s':
    case 'connections/s': {
      const count = workload.load === 'setup' ? generated.cycles : generated.messages
      const cpu = (observed.cpuSecs / count) * 1e6
      return { ...timed, value: count / seconds, cpu, p50Us: p50_us, p99Us: p99_us }
    }
    case 'MB/s': {
      const megabytes = generated.bytes / 1e6
      return { ...timed, value: megabytes / seconds, cpu: (observed.cpuSecs / megabytes) * 1e3 }
    }
    case 'MiB growth':
      return { ...NOTHING, fault, value: growthKib / 1024 }
    case 'KiB per connection':
      return { ...NOTHING, fault, value: growthKib / generated.open }
  }
}

function faults(generated: Generated): string {
  const counts = {
    lost: generated.lost,
    'doubled or reordered': generated.duplicated_or_reordered,
    corrupt: generated.corrupt,
    unrequested: generated.unrequested,
    'wrongly cut': generated.boundary_errors,
    'connections failed': generated.failed,
  }
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}
