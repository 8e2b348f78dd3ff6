import { readdirSync, readFileSync, statSync } from 'node:fs'

/** What Linux gives a process that nobody configured. */
const USUAL_LIMIT = 1024
/** The kernel's default for `fs.nr_open`: no process has more, whatever its limit says. */
const CEILING = 1_048_576

/** How many descriptors this process may have open (soft RLIMIT_NOFILE); 1024 where /proc does not tell. */
export function descriptorLimit(): number {
  let limits = ''
  try {
    limits = readFileSync('/proc/self/limits', 'latin1')
  } catch {
    return USUAL_LIMIT
  }
  return parseDescriptorLimit(limits)
}

/** Reads the soft limit from the text of /proc/PID/limits. */
export function parseDescriptorLimit(limits: string): number {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1]
  if (soft === 'unlimited') return CEILING
  const value = Number(soft)
  return Number.isSafeInteger(value) && value >= 0 ? value : USUAL_LIMIT
}

/**
 * How many descriptors this process has open now. One stat(2) on Linux 6.2 and newer; before that it lists them, so ask
 * now and then, not per message. Counts as full when it can't even look.
 */
export function descriptorsInUse(): number {
  try {
    const { size } = statSync('/proc/self/fd')
    if (size > 0) return size
    return readdirSync('/proc/self/fd').length - 1 // less the one that lists
  } catch {
    return descriptorLimit()
  }
}
