import ipaddr from 'ipaddr.js'

/** An IP address as numbers: one 32-bit word for IPv4, four for IPv6. IPv4 in IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export type Address = readonly [number] | readonly [number, number, number, number]

/** A range of addresses: those whose first `bits` bits are the base's. */
export interface Range {
  /** As people write it: `10.0.0.0/8`, `::1`. */
  readonly text: string
  readonly base: Address
  readonly bits: number
}

/** Reads an address as the system prints it. Null when it is none; shorthand and octal (`010.1.1.1`) are none. */
export function parseAddress(text: string): Address | null {
  return parseV4(text, 0) ?? (text.includes(':') ? parseV6(text) : null)
}

function parseV4(text: string, from: number): readonly [number] | null {
  let word = 0
  let part = -1
  let dots = 0
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 46) {
      if (part < 0 || ++dots > 3) return null
      word = word * 256 + part
      part = -1
    } else {
      const digit = char - 48
      if (digit < 0 || digit > 9 || part === 0) return null // no sign, no leading zero
      part = part < 0 ? digit : part * 10 + digit
      if (part > 255) return null
    }
  }
  return dots === 3 && part >= 0 ? [word * 256 + part] : null
}

const MAPPED = '::ffff:'

/** Longest IPv6 address as text, its interface (`%eth0`) included. */
const LENGTH_MAX = 64

function parseV6(text: string): Address | null {
  if (text.length > LENGTH_MAX) return null
  if (text.startsWith(MAPPED)) {
    const v4 = parseV4(text, MAPPED.length)
    if (v4 !== null) return v4
  }
  const zone = text.indexOf('%') // fe80::1%eth0: the interface is no part of the address
  const plain = withoutDots(zone < 0 ? text : text.slice(0, zone))
  if (plain === null || !ipaddr.IPv6.isValid(plain)) return null
  const { parts } = ipaddr.IPv6.parse(plain)
  const words = [0, 2, 4, 6].map((at) => parts[at]! * 0x10000 + parts[at + 1]!) as [number, number, number, number]
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return [words[3]]
  return words
}

/** Writes an IPv4 address at the end of an IPv6 one as two groups, so that it is read as strictly as one alone. */
function withoutDots(text: string): string | null {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const v4 = parseV4(text, start)
  return v4 && `${text.slice(0, start)}${(v4[0] >>> 16).toString(16)}:${(v4[0] & 0xffff).toString(16)}`
}

/** A host as it is compared: names in lower case, IPv6 addresses in their one short form, IPv4 in IPv6 as IPv4. */
export function canonicalHost(host: string): string {
  const address = host.includes(':') ? parseV6(host) : null
  return address === null ? host.toLowerCase() : printAddress(address)
}

/** The address with all but its first `bits` bits zero, as a key of a Map. */
export function maskedKey(address: Address, bits: number): string | number {
  if (address.length === 1) return masked(address[0], bits)
  let key = ''
  for (let word = 0; word < 4; word++) key += `${masked(address[word]!, bits - 32 * word)}:`
  return key
}

function masked(word: number, bits: number): number {
  if (bits >= 32) return word
  return bits <= 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0
}

export function inRange(address: Address, { base, bits }: Range): boolean {
  if (address.length !== base.length) return false
  for (let word = 0; word < base.length; word++) {
    if (masked(address[word]!, bits - 32 * word) !== base[word]) return false
  }
  return true
}

/**
 * Reads `10.0.0.0/8`, `10.1.2.3`, `fe80::/10`. Bits behind the prefix must be zero: `10.1.2.3/8` is as likely to mean
 * `10.1.2.3` as `10.0.0.0/8`.
 * @throws RangeError with a sentence
 */
export function parseRange(text: string): Range {
  const slash = text.indexOf('/')
  const host = slash < 0 ? text : text.slice(0, slash)
  const base = host.includes('%') ? null : parseAddress(host)
  if (base === null) throw new RangeError(`${JSON.stringify(host)} is not an IP address`)
  const width = base.length * 32
  const mapped = host.includes(':') && base.length === 1 ? 96 : 0
  const prefix = slash < 0 ? String(width + mapped) : text.slice(slash + 1)
  const bits = /^(0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) - mapped : -1
  if (bits < 0 || bits > width) {
    throw new RangeError(`${JSON.stringify(prefix)} is no prefix length: from ${mapped} to ${width + mapped}`)
  }
  const range = { text, base, bits }
  if (inRange(base, range)) return range
  const zeroed = base.map((word, at) => masked(word, bits - 32 * at)) as unknown as Address
  throw new RangeError(
    `${text} has bits set behind its prefix: write ${printAddress(zeroed)}/${bits}, or ${host} for that one address`,
  )
}

function printAddress(address: Address): string {
  const bytes = address.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
  return ipaddr.fromByteArray(bytes).toString()
}
