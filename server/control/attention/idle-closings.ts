import type { Attention } from '../../../shared/dashboard.ts'
import { spellDuration } from '../../../shared/units.ts'
import type { AttentionSources } from './sources.ts'

/** What proxies and load balancers close idle sockets after, in seconds. */
const IDLE_LIMITS_S = [30, 60, 75, 90, 100, 120, 300, 350, 600]
/** To either side: lives that differ by 2 s at most. */
const IDLE_NEAR_MS = 1000
const IDLE_COUNT = 5

/** Connections that ended from the client's side after the same usual time: nobody but a machine is so punctual. */
export function idleClosings({ lives, timerMs }: AttentionSources): Attention[] {
  return IDLE_LIMITS_S.flatMap((limit) => {
    const count = lives.filter(({ lifeMs }) => Math.abs(lifeMs - limit * 1000) <= IDLE_NEAR_MS).length
    if (count < IDLE_COUNT) return []
    return [
      {
        kind: 'idle-closings',
        weight: 'warning',
        about: String(limit),
        title: `${count} connections ended after ${limit} s each`,
        detail: advice(limit, timerMs),
        link: { path: '/connections?tab=closed', text: 'Look at them' },
      },
    ]
  })
}

function advice(limit: number, timerMs: number): string {
  if (timerMs === 0 || timerMs >= limit * 1000) {
    return `A proxy in front may close idle sockets: set --timer below ${limit} s, so that pings keep them open.`
  }
  const pings = `Pings go out each ${spellDuration(timerMs)} already`
  return `${pings}, so a proxy in front may limit how long a socket lives: look for ${limit} s in its settings.`
}
