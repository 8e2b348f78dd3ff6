import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

/** The line of /proc/PID/stat; null when the process has just ended. */
function stat(pid: number): Stat | null {
  const text = readIfThere(`/proc/${pid}/stat`)
  // The name, in brackets, may hold anything; from field 3 on it is plain. 4 parent, 14-17 user and system time of the
  // process and of its ended children (proc(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 15) return null
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { pid, parent: Number(fields[1]), ticks }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** A process and all below it. */
function tree(root: number): Stat[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (stat(Number(name)) ?? []) : []))
  const below = (pid: number): Stat[] =>
    all.filter((one) => one.parent === pid).flatMap((one) => [one, ...below(one.pid)])
  return [...all.filter((one) => one.pid === root), ...below(root)]
}

/** CPU seconds that a process tree has used since it started; 0 when it is gone. Steps of 10 ms. */
export const cpuSeconds = (root: number): number =>
  tree(root).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond

/** Resident memory of a process tree in KiB; 0 when it is gone. */
export const residentKib = (root: number): number =>
  tree(root).reduce((sum, { pid }) => {
    const found = /^VmRSS:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/status`))
    return sum + Number(found?.[1] ?? 0)
  }, 0)
