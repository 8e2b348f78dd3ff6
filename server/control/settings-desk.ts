import type { CertificateInfo, Setting } from '../../shared/dashboard.ts'

/** What the admin API can do with the gateway's own settings; `app.ts` makes it. */
export interface SettingsDesk {
  /** Every option, with its value and who has set it. */
  settings(): Setting[]
  /** What TLS listeners show; null without one. */
  certificate(): CertificateInfo | null
  /** Reads certificate and key again. @throws Error with a sentence when they can't be used; the old ones stay then */
  reloadTls(): void
  /** The level of the log, and when it goes back by itself. */
  log(): { readonly level: string; readonly restoresAt: number | null }
  /** Another level of the log for so many milliseconds. */
  setLogLevel(level: string, forMs: number): void
  /** Writes a consistent copy of the database. @returns its path; the caller removes it @throws StoreError */
  backup(): Promise<string>
}
