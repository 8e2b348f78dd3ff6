import { maskedKey, parseAddress } from '../../shared/policy/address.ts'
import { Backoff, ENTRIES_MAX } from './backoff.ts'
import { AccountError } from './desk.ts'
import { isUserName } from './names.ts'

/** A try that is under way, counted as a failure until it turns out not to be one. */
export interface Attempt {
  /** It was right: what this name has failed from this address is forgotten. */
  succeeded(): void
}

/**
 * Slows down guessing, by name and by address. What holds:
 * - Tries that run at once are counted before they are judged, so they cannot overtake the count.
 * - A name's delay is not for addresses from which that name has signed in: nobody locks the owner out from elsewhere.
 * - A success forgives its own name's failures only, so an account of one's own does not pay for guessing at others.
 * - Names that nobody has are counted like all others.
 */
export class Guesses {
  readonly #names: Backoff
  readonly #addresses: Backoff
  /** Failures of one name from one address. */
  readonly #pairs: Backoff
  /** Name and address of sign-ins that went well, the oldest first. */
  readonly #known = new Set<string>()

  constructor(monotonic: () => number) {
    this.#names = new Backoff(monotonic)
    this.#addresses = new Backoff(monotonic)
    this.#pairs = new Backoff(monotonic)
  }

  /**
   * @param name null where no name is asked for (the one-time token)
   * @throws AccountError slow-down
   */
  attempt(name: string | null, from: string): Attempt {
    const address = addressKey(from)
    const who = name === null ? null : nameKey(name)
    const pair = `${who ?? ''} ${address}`
    const byName = who !== null && !this.#known.has(pair)
    const waitMs = Math.max(this.#addresses.waitMs(address), byName ? this.#names.waitMs(who) : 0)
    if (waitMs > 0) throw slowDown(waitMs)
    this.#addresses.add(address)
    this.#pairs.add(pair)
    if (byName) this.#names.add(who)
    return {
      succeeded: () => {
        this.#addresses.forgive(address, this.#pairs.forgive(pair))
        if (who === null) return
        this.#names.forgive(who)
        this.remember(who, from)
      },
    }
  }

  /** This name has signed in from there. */
  remember(name: string, from: string): void {
    const pair = `${name} ${addressKey(from)}`
    this.#known.delete(pair) // to the end
    this.#known.add(pair)
    if (this.#known.size > ENTRIES_MAX) this.#known.delete(this.#known.values().next().value!)
  }

  /** The account is gone: a later one of that name is somebody else's. */
  forget(name: string): void {
    for (const pair of this.#known) if (pair.startsWith(`${name} `)) this.#known.delete(pair)
  }
}

function slowDown(waitMs: number): AccountError {
  const seconds = Math.ceil(waitMs / 1000)
  return new AccountError('slow-down', `too many failed tries: wait ${seconds} s, then try again`, seconds)
}

/** What can be no user shares one entry: such names are long or strange, and sometimes a password in the wrong field. */
function nameKey(name: string): string {
  return isUserName(name) ? name : '-'
}

/** IPv6 by /64: that much every customer has. */
function addressKey(from: string): string {
  const address = parseAddress(from)
  return address === null ? from.slice(0, 64) : String(maskedKey(address, address.length === 1 ? 32 : 64))
}
