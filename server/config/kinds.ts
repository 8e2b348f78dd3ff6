import { resolve } from 'node:path'

import { formatDuration, formatSize, parseCount, parseDuration, parseSize } from '../../shared/units.ts'
import { ValueError } from './problem.ts'

/** What values an option takes, and how they are read from text; the same for command line, file and environment. */
export interface Kind<T> {
  /** Stands for the value in help and reference: `DURATION`. Empty for a flag, which needs none on the command line. */
  readonly placeholder: string
  /**
   * @param base directory from which relative paths start: the working directory, or that of the file
   * @throws ValueError or UnitError with a sentence
   */
  read(text: string, base: string): T
}

/** Longest time a Node timer waits, 2^31-1 ms, rounded down to hours: a longer one would fire at once. */
const DURATION_MAX = 596 * 3_600_000

/** Longest path of a Unix socket in bytes (sockaddr_un less the final NUL). */
const SOCKET_PATH_MAX = 107

/** Milliseconds. @param options.off whether `off` (0) is allowed */
export function duration({ off }: { off: boolean }): Kind<number> {
  return {
    placeholder: 'DURATION',
    read(text) {
      const ms = parseDuration(text)
      if (ms === 0 && !off) throw new ValueError(`${shown(text)} would wait for ever: write at least 1ms`)
      if (ms > DURATION_MAX) {
        throw new ValueError(`${shown(text)} is too long: at most ${formatDuration(DURATION_MAX)}`)
      }
      return ms
    },
  }
}

/** Bytes, from `min` to `max`. */
export function size({ min, max }: { min: number; max: number }): Kind<number> {
  return {
    placeholder: 'SIZE',
    read(text) {
      const bytes = parseSize(text)
      if (bytes >= min && bytes <= max) return bytes
      throw new ValueError(`${shown(text)} is out of range: from ${formatSize(min)} to ${formatSize(max)}`)
    },
  }
}

/** A whole number, from `min` to `max`. */
export function count({ min, max }: { min: number; max: number }): Kind<number> {
  return {
    placeholder: 'COUNT',
    read(text) {
      const value = parseCount(text)
      if (value >= min && value <= max) return value
      throw new ValueError(`${shown(text)} is out of range: from ${min} to ${max}`)
    },
  }
}

/** One of a few words. @param placeholder what help shows; by default the words themselves */
export function choice<const T extends string>(words: readonly T[], placeholder = words.join('|')): Kind<T> {
  return {
    placeholder,
    read(text) {
      const word = words.find((candidate) => candidate === text)
      if (word !== undefined) return word
      throw new ValueError(`${shown(text)} is none of ${words.join(', ')}`)
    },
  }
}

export const flag: Kind<boolean> = {
  placeholder: '',
  read(text) {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new ValueError(`${shown(text)} is neither true nor false`)
  },
}

/** Absolute path of a directory or file. */
export function path(placeholder: string): Kind<string> {
  return {
    placeholder,
    read(text, base) {
      if (text === '') throw new ValueError('the path is empty')
      if (text.includes('\0')) throw new ValueError('the path holds a NUL character')
      return resolve(base, text)
    },
  }
}

/** Schemes that later versions listen on; named so that nobody searches for a spelling mistake. */
const LATER = ['tcp', 'tls', 'udp', 'kaiso', 'ipc']

/** `ws://HOST:PORT`, `wss://HOST:PORT` or `ws+unix:///PATH`, normalised. */
export const listenUri: Kind<string> = {
  placeholder: 'URI',
  read(text) {
    const scheme = /^([a-z+]+):/i.exec(text)?.[1]?.toLowerCase()
    if (scheme === 'ws' || scheme === 'wss') {
      const rest = text.slice(scheme.length + 1)
      return `${scheme}://${hostPort(rest.replace(/^\/\//, '').replace(/\/$/, ''))}`
    }
    if (scheme === 'ws+unix') return `ws+unix://${socketPath(text.slice('ws+unix:'.length).replace(/^\/\//, ''))}`
    if (scheme !== undefined && LATER.includes(scheme)) {
      throw new ValueError(`${shown(text)}: "${scheme}" is not available in this version; use ws, wss or ws+unix`)
    }
    throw new ValueError(
      `${shown(text)} is no address to listen on: write ws://127.0.0.1:8080 or ws+unix:///run/gate.sock`,
    )
  },
}

/** Where the dashboard listens; null for `off`. */
export const adminAddress: Kind<{ readonly host: string; readonly port: number } | null> = {
  placeholder: 'HOST:PORT|off',
  read(text) {
    if (text === 'off') return null
    const authority = hostPort(text)
    const colon = authority.lastIndexOf(':')
    return { host: authority.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(authority.slice(colon + 1)) }
  },
}

/** A web page's origin as browsers write it: `https://app.example`, default port left out. */
export const origin: Kind<string> = {
  placeholder: 'ORIGIN',
  read(text) {
    const url = /^https?:\/\/[^/?#@]+$/i.test(text) ? parseUrl(text) : null
    if (url !== null) return url.origin
    throw new ValueError(
      `${shown(text)} is not an origin: write scheme, host and port alone, such as https://app.example:8443`,
    )
  },
}

/** `name` or `name:port`, in lower case. */
export const hostName: Kind<string> = {
  placeholder: 'NAME',
  read(text) {
    const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/.exec(text.toLowerCase())
    if (match !== null && text.length <= 260 && isPort(match[2] ?? '1')) return match[0]
    throw new ValueError(
      `${shown(text)} is not a host name: write app.example or app.example:8443, without scheme and path`,
    )
  },
}

/** Absolute path of a Unix listener. @throws ValueError */
function socketPath(text: string): string {
  if (!text.startsWith('/')) throw new ValueError(`${shown(text)} is no absolute path: start it with "/"`)
  // The listener reads it as a URI.
  const bad = /[\p{Cc}%?#]/u.exec(text)
  if (bad !== null) throw new ValueError(`${shown(text)} holds ${shown(bad[0])}, which the path of a listener must not`)
  const bytes = Buffer.byteLength(text)
  if (bytes > SOCKET_PATH_MAX) {
    throw new ValueError(`the path has ${bytes} bytes; a Unix socket's has at most ${SOCKET_PATH_MAX}: ${shown(text)}`)
  }
  return text
}

/** What was written, quoted and cut short, with nothing in it that could steer a terminal. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

function hostPort(text: string): string {
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d+))?$/.exec(text) ?? []
  if (host === undefined) {
    throw new ValueError(`${shown(text)} is not HOST:PORT, such as 127.0.0.1:8080, localhost:8080 or [::1]:8080`)
  }
  if (port === undefined)
    throw new ValueError(`${shown(text)} has no port: write ${host}:8080, or ${host}:0 for a free one`)
  if (port !== '0' && !isPort(port)) throw new ValueError(`${shown(text)}: a port is a number from 0 to 65535`)
  if (host.startsWith('[') && parseUrl(`http://${host}/`) === null) {
    throw new ValueError(`${shown(text)}: ${host} is not an IPv6 address`)
  }
  return `${host.toLowerCase()}:${Number(port)}`
}

const isPort = (digits: string) => Number(digits) >= 1 && Number(digits) <= 65_535

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
