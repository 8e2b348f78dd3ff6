import { verdicts } from './goals.ts'
import type { Verdict } from './goals.ts'
import { typical, typicalRatio } from './statistics.ts'
import type { Results, Sample } from './statistics.ts'
import type { Workload } from './workloads.ts'

/** When, where and how the figures were taken. */
export interface Conditions {
  readonly date: string
  readonly machine: string
  readonly kernel: string
  readonly node: string
  readonly rounds: number
  readonly secs: number
  /** The core that target, service and generator share; null: they may use all. */
  readonly pinnedTo: string | null
}

/** The whole run as Markdown: conditions, a table per workload, the figures to reach. */
export function report(conditions: Conditions, workloads: readonly Workload[], results: Results): string {
  const measured = workloads.filter(({ name }) => results[name])
  const judged = verdicts(results)
  return [
    describe(conditions),
    ...measured.map((workload) => `### ${workload.name}: ${workload.title}\n\n${comparison(workload, results)}`),
    ...(judged.length === 0 ? [] : [`### Figures to reach\n\n${verdictTable(judged)}`]),
  ].join('\n\n')
}

const MARK = '<!-- figures -->'

/** `page` with `text` in place of what its two marks enclose; `text` alone where a page has no marks. */
export function between(page: string, text: string): string {
  const [start, end] = [page.indexOf(MARK), page.lastIndexOf(MARK)]
  if (start === end) return `${text}\n`
  return `${page.slice(0, start + MARK.length)}\n\n${text}\n\n${page.slice(end)}`
}

function describe({ date, machine, kernel, node, rounds, secs, pinnedTo }: Conditions): string {
  const cores = pinnedTo === null ? 'all cores' : `everything on core ${pinnedTo}`
  return (
    `Measured on ${date}: ${machine}, Linux ${kernel}, Node ${node}. ` +
    `${rounds} alternating ${rounds === 1 ? 'round' : 'rounds'}, ${secs} s each, ${cores}. ` +
    'Medians (least–most); ratios are to the naive bridge, within each round.'
  )
}

function comparison(workload: Workload, results: Results): string {
  const byTarget = results[workload.name] ?? {}
  const base = byTarget['naive'] ?? []
  const ratio = (samples: readonly Sample[], figure: (sample: Sample) => number | null): string =>
    times(typicalRatio(samples, base, figure))
  const rows = Object.entries(byTarget).map(([target, samples]) => [
    target,
    number(typical(samples, value)) + range(samples),
    ratio(samples, value),
    number(typical(samples, cpu)),
    ratio(samples, cpu),
    number(typical(samples, ({ p50Us }) => p50Us)),
    number(typical(samples, ({ p99Us }) => p99Us)),
    number(typical(samples, ({ generatorCores }) => generatorCores)),
    faults(samples),
  ])
  const cpuUnit = { 'messages/s': 'CPU µs/message', 'connections/s': 'CPU µs/connection', 'MB/s': 'CPU ms/MB' }
  const heads = ['target', workload.unit, 'ratio', '', 'CPU ratio', 'p50 µs', 'p99 µs', 'generator cores', 'correct']
  heads[3] = cpuUnit[workload.unit as keyof typeof cpuUnit] ?? 'CPU'
  return table(heads, rows)
}

const value = (sample: Sample): number | null => sample.value
const cpu = (sample: Sample): number | null => sample.cpu

function faults(samples: readonly Sample[]): string {
  const found = samples.map(({ fault }) => fault).filter((fault) => fault !== '')
  return found.length === 0 ? 'yes' : [...new Set(found)].join('; ').replaceAll('|', '/')
}

function verdictTable(judged: readonly Verdict[]): string {
  const names = { naive: '× naive bridge', c: '× C bridge' }
  return table(
    ['workload', 'measured', 'asked', 'aim', 'verdict'],
    judged.map(({ workload, against, measured, required, aim, verdict }) => {
      const unit = against !== null ? names[against] : workload === 'idle' ? 'KiB' : 'MiB'
      const sign = against === null ? '≤' : '≥'
      return [workload, `${number(measured)} ${unit}`, `${sign} ${required}`, `${sign} ${aim}`, verdict]
    }),
  )
}

/** Three significant digits or whole numbers, thousands apart. */
function number(figure: number | null): string {
  if (figure === null) return '–'
  const size = Math.abs(figure)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
  return figure
    .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replaceAll(',', ' ')
}

const times = (figure: number | null): string => (figure === null ? '–' : `${number(figure)}×`)

function range(samples: readonly Sample[]): string {
  const good = samples
    .filter(({ fault }) => fault === '')
    .flatMap(({ value: figure }) => (figure === null ? [] : [figure]))
  return good.length < 2 ? '' : ` (${number(Math.min(...good))}–${number(Math.max(...good))})`
}

/** A Markdown table that also reads well in a terminal; columns without any figure are left out. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = heads.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== '–'))
  const cells = [heads, ...rows].map((row) => kept.map((column) => row[column] ?? ''))
  const widths = kept.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n')
}
