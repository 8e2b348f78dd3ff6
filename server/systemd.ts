import { Buffer } from 'node:buffer'

import { native } from './native/libc.ts'

/** First descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_FD = 3

/** What systemd gave this process and wants to hear from it; harmless where it did not start us. */
export interface Systemd {
  /** Listening sockets handed over, for the `--listen` addresses in their order. */
  readonly listenFds: readonly number[]
  /** Tells the state, such as `READY=1` (sd_notify(3)). Never throws. */
  notify(state: string): void
  /** Tells twice in each watchdog period that the process is alive, until it ends; nothing when none is set. */
  startWatchdog(): void
}

/** @param env the environment as systemd set it; @param pid ours: variables meant for another process are ignored */
export function systemdOf(env: Readonly<Record<string, string | undefined>>, pid: number): Systemd {
  const path = env['NOTIFY_SOCKET']
  const ours = Number(env['LISTEN_PID']) === pid
  const count = ours ? Number(env['LISTEN_FDS'] ?? 0) : 0
  const watchdogUs = Number(env['WATCHDOG_USEC'] ?? 0)
  const watched = watchdogUs > 0 && Number(env['WATCHDOG_PID'] ?? pid) === pid

  function notify(state: string): void {
    if (!path) return
    try {
      native()?.sendDatagram(path, Buffer.from(state))
    } catch {
      // Nobody listens any more: that must not end a gateway that works.
    }
  }
  return {
    listenFds: Number.isInteger(count) && count > 0 ? Array.from({ length: count }, (_, i) => FIRST_FD + i) : [],
    notify,
    startWatchdog() {
      if (watched) setInterval(() => notify('WATCHDOG=1'), watchdogUs / 2000).unref()
    },
  }
}
