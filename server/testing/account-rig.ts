import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { vi } from 'vitest'

import type { Role } from '../../shared/api.ts'
import { Accounts } from '../accounts/accounts.ts'
import type { AccountError, By, Ended, OpenSession } from '../accounts/desk.ts'
import { openStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'

export const PASSWORD = 'correct horse battery'

/** Accounts on a real store in a directory of its own, with clocks and the 500 ms timer in the test's hand. */
export class AccountRig {
  readonly dir = mkdtempSync(join(tmpdir(), 'sockgate-accounts-'))
  /** Wall clock. */
  wall = Date.UTC(2030, 0, 1)
  /** Monotonic clock. */
  monotonic = 5000
  readonly ended: Ended[] = []
  readonly logged: { fields: object; message: string }[] = []
  store: Store
  accounts: Accounts

  constructor() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    this.store = this.#openStore()
    this.accounts = this.#openAccounts()
  }

  #openStore(): Store {
    return openStore(this.dir, { now: () => this.wall })
  }

  #openAccounts(): Accounts {
    const accounts = new Accounts({
      store: this.store,
      now: () => this.wall,
      monotonic: () => this.monotonic,
      log: { error: (fields, message) => void this.logged.push({ fields, message }) },
    })
    accounts.onEnded((what) => void this.ended.push(what))
    return accounts
  }

  /** Time goes by on both clocks. The timer fires once at the end. */
  pass(ms: number): void {
    this.wall += ms
    this.monotonic += ms
    this.tick()
  }

  tick(): void {
    vi.advanceTimersByTime(500)
  }

  restart(): void {
    this.#shut()
    this.store = this.#openStore()
    this.accounts = this.#openAccounts()
  }

  #shut(): void {
    this.accounts.close()
    this.store.close()
  }

  close(): void {
    this.#shut()
    vi.useRealTimers()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** The first admin, `root`, signed in. */
  async setUp(): Promise<OpenSession> {
    const token = this.accounts.setupToken()!
    return this.accounts.setUp({ token, name: 'root', password: PASSWORD }, from('127.0.0.1'))
  }

  async add(name: string, role: Role, password: string | null = PASSWORD): Promise<void> {
    await this.accounts.addUser(name, { role, password }, local)
  }

  signIn(name: string, password: string = PASSWORD, address = '192.0.2.1'): Promise<OpenSession> {
    return this.accounts.signIn({ name, password }, from(address))
  }

  /** The audit log, oldest first: `action object result by actor`. */
  audit(): string[] {
    const entries = this.store.audit.list({ before: null, limit: 10_000, q: '' }).toReversed()
    return entries.map(({ action, object, result, actor }) => `${action} ${object} ${result} by ${actor}`)
  }

  /** Every byte that is kept. */
  kept(): string {
    const files = readdirSync(this.dir, { recursive: true, encoding: 'utf8', withFileTypes: true })
    const whole = files.filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name)))
    return Buffer.concat(whole).toString('latin1')
  }
}

/** A request from somewhere, by nobody yet. */
export function from(address: string): By {
  return { name: '-', from: address, requestId: 'request-1' }
}

export const local: By = { name: 'local', from: 'local', requestId: 'request-2' }

/** What a promise is refused with. */
export async function refusal(promise: Promise<unknown>): Promise<AccountError> {
  try {
    await promise
  } catch (error) {
    return error as AccountError
  }
  throw new Error('it was not refused')
}
