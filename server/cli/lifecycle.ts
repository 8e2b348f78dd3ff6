import type { EventEmitter } from 'node:events'

/** What happens to a running gateway until it has ended. */
export interface LifecycleOptions {
  /** Of an `App`. */
  drain(): Promise<void>
  reload(): void
  /** Emits SIGTERM, SIGINT and SIGHUP. */
  readonly signals: EventEmitter
  /** Told that draining has begun and how to cut it short. */
  onDrain(): void
}

/**
 * Runs a gateway by signals: SIGTERM or SIGINT drains it, a second one ends it at once, SIGHUP has it read its
 * configuration again.
 * @returns when it has ended: `drained`, or `cut` short, when what is still open is left to the end of the process
 * @throws what `drain` throws
 */
export function untilEnded(options: LifecycleOptions): Promise<'drained' | 'cut'> {
  const { signals } = options
  return new Promise((resolve, reject) => {
    let draining = false
    const onEnd = () => {
      if (draining) return finish(() => resolve('cut'))
      draining = true
      options.onDrain()
      options.drain().then(
        () => finish(() => resolve('drained')),
        (error: unknown) => finish(() => reject(error)),
      )
    }
    const onReload = () => {
      if (!draining) options.reload()
    }
    const finish = (settle: () => void) => {
      signals.off('SIGTERM', onEnd)
      signals.off('SIGINT', onEnd)
      signals.off('SIGHUP', onReload)
      settle()
    }
    signals.on('SIGTERM', onEnd)
    signals.on('SIGINT', onEnd)
    signals.on('SIGHUP', onReload)
  })
}
