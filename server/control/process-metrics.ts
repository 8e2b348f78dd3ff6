import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

import { setTotal } from './metric-group.ts'
import type { MetricGroup } from './metric-group.ts'

/** How finely the event loop is watched, in milliseconds. */
const RESOLUTION_MS = 20

/** What is told of the process itself, by the names that dashboards know. */
export function processMetrics(register: Registry): MetricGroup {
  const registers = [register]
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const memory = gauge('process_resident_memory_bytes', 'Memory of the process')
  const heap = gauge('nodejs_heap_size_used_bytes', 'Heap in use')
  const started = gauge('process_start_time_seconds', 'Start of the process, seconds since 1970')
  const descriptors = gauge('process_open_fds', 'Open file descriptors')
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'CPU time of the process', registers })
  started.set(Math.round(Date.now() / 1000 - process.uptime()))
  const loop = eventLoopMetrics(register)
  return {
    refresh: () => {
      const { rss, heapUsed } = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      memory.set(rss)
      heap.set(heapUsed)
      descriptors.set(openDescriptors())
      setTotal(cpu, (user + system) / 1e6)
      loop.refresh()
    },
    close: () => loop.close(),
  }
}

function eventLoopMetrics(register: Registry): MetricGroup {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const gauge = new Gauge({
    name: 'sockgate_event_loop_delay_seconds',
    help: 'How late the event loop was since somebody asked last',
    labelNames: ['quantile'],
    registers: [register],
  })
  return {
    refresh: () => {
      for (const percentile of [50, 99, 100]) {
        // What was measured are the timer's own intervals.
        const late = delay.count === 0 ? 0 : delay.percentile(percentile) / 1e9 - RESOLUTION_MS / 1000
        gauge.set({ quantile: percentile / 100 }, Math.max(0, late))
      }
      delay.reset()
    },
    close: () => void delay.disable(),
  }
}

/** Linux only; 0 elsewhere. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
