import type { IncomingMessage } from 'node:http'

import type { Credential } from '../accounts/desk.ts'
import { headerValues, offeredProtocols, TOKEN_PROTOCOL } from './request.ts'

/** Name of the cookie that holds a token. */
export const TOKEN_COOKIE = 'sockgate-token'

/** More than any token of ours; nobody needs to look a longer one up. */
const TOKEN_MAX = 512
/** RFC 6750 2.1. */
const TOKEN = /^[\w\-.~+/]+=*$/

/** What a client shows of itself in its request, not yet checked with anybody. */
export interface Shown {
  readonly credential: Credential | null
  /** What is wrong with what it shows, in a sentence that holds nothing of it. */
  readonly fault: string | null
}

const nothing: Shown = { credential: null, fault: null }

/**
 * Reads the token of a request from `Authorization: Bearer`, the sub-protocol `sockgate.bearer.<token>` or the cookie
 * (CONTRACT 4, SECURITY T14). The same token in several places is one; two are a fault, as two readers might take
 * different ones. Other schemes of Authorization are for others, such as a proxy on the way. Never throws.
 */
export function readToken(request: IncomingMessage): Shown {
  const { authorization, cookie } = request.headers
  const protocols = request.headers['sec-websocket-protocol']
  if (authorization === undefined && cookie === undefined && !protocols?.includes(TOKEN_PROTOCOL)) return nothing
  const authorizations = headerValues(request, 'authorization')
  if (authorizations.length > 1) return fault('the request has more than one Authorization header')
  const shown: Credential[] = [
    ...authorizations.flatMap(bearerOf).map((value): Credential => ({ kind: 'bearer', value })),
    ...offeredTokens(protocols).map((value): Credential => ({ kind: 'protocol', value })),
    ...headerValues(request, 'cookie')
      .flatMap(cookieTokens)
      .map((value): Credential => ({ kind: 'cookie', value })),
  ]
  const malformed = shown.find(({ value }) => value.length > TOKEN_MAX || !TOKEN.test(value))
  if (malformed !== undefined) return fault(`the token in ${places[malformed.kind]} is malformed or too long`)
  if (new Set(shown.map(({ value }) => value)).size > 1) return fault('the request shows two different tokens')
  return { credential: shown[0] ?? null, fault: null }
}

const places: Readonly<Record<Credential['kind'], string>> = {
  bearer: 'the Authorization header',
  protocol: 'the sub-protocol',
  cookie: `the cookie ${TOKEN_COOKIE}`,
  certificate: 'the certificate',
}

const fault = (sentence: string): Shown => ({ credential: null, fault: sentence })

function bearerOf(header: string): string[] {
  const match = /^bearer(?:[ \t]+(.*))?$/i.exec(header)
  return match === null ? [] : [match[1] ?? '']
}

function offeredTokens(protocols: string | undefined): string[] {
  return offeredProtocols(protocols)
    .filter((name) => name.startsWith(TOKEN_PROTOCOL))
    .map((name) => name.slice(TOKEN_PROTOCOL.length))
}

/** Values of our cookie in one Cookie header, quotes taken off (RFC 6265 4.1.1). */
function cookieTokens(header: string): string[] {
  return header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=')
    if (equals === -1 || pair.slice(0, equals).trim() !== TOKEN_COOKIE) return []
    return [
      pair
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ]
  })
}
