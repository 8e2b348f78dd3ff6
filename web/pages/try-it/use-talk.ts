import { useCallback, useEffect, useRef, useState } from 'react'

import type { NewToken } from '../../../shared/api.ts'
import { connect, ConnectionError, explainClose } from '../../../shared/client/browser.ts'
import type { Connection, Received, Sendable, ViewName } from '../../../shared/client/browser.ts'
import { send as ask } from '../../api/client.ts'
import { MessageBuffer } from '../../conversation/message-buffer.ts'
import { passed, said } from '../../conversation/message.ts'
import { useLiveStore } from '../../live/use-live.ts'
import { text } from '../../messages/try-it.ts'
import type { Types } from './compose.ts'
import type { Counts, Opened } from './find-own.ts'

/** How long a token of one's own is good for if nobody revokes it, in ms. */
const TOKEN_MS = 3600_000

/** What to connect to, and how. */
export interface Way {
  readonly url: string
  readonly service: string
  readonly view: ViewName
  readonly text: boolean
  readonly subprotocols: readonly string[]
  /** `me`: a token is made for it, and revoked at the end. */
  readonly identity: { readonly as: 'none' | 'me' } | { readonly as: 'token'; readonly token: string }
}

/** Why it did not open, or ended otherwise than wished. */
export interface Failure {
  readonly sentence: string
  /** What the gateway explains it by; null when it told none. */
  readonly requestId: string | null
  readonly retry: boolean
}

export interface Talk {
  readonly phase: 'closed' | 'connecting' | 'open'
  readonly buffer: MessageBuffer
  /** Of the last attempt; null from the next one on. */
  readonly failure: Failure | null
  /** What the open one, or the last, is known by; a new object for each. Null before the first and while one is opening. */
  readonly opened: Opened | null
  /** Messages of it so far. */
  readonly counts: () => Counts
  readonly open: (way: Way) => void
  readonly send: (body: string | Uint8Array, message: Sendable[ViewName], types: Types | null) => void
  readonly close: () => void
}

/** One connection at a time through the public library and the public path. Closed with the page. */
export function useTalk(): Talk {
  const store = useLiveStore()
  const [buffer] = useState(() => new MessageBuffer())
  const [phase, setPhase] = useState<Talk['phase']>('closed')
  const [failure, setFailure] = useState<Failure | null>(null)
  const connection = useRef<Connection | null>(null)
  const attempt = useRef<AbortController | null>(null)
  const [opened, setOpened] = useState<Opened | null>(null)
  const counted = useRef<Counts>({ sent: 0, received: 0 })
  useEffect(() => () => attempt.current?.abort(), [])

  const open = useCallback(
    (way: Way) => {
      const controller = new AbortController()
      attempt.current = controller
      const { signal } = controller
      const before = new Set(store.getState().open.map(({ info }) => info.id))
      const { service, view } = way
      const take = (message: Received[ViewName]) => {
        buffer.add(received(message))
        counted.current = { ...counted.current, received: counted.current.received + 1 }
      }
      const talk = async () => {
        setPhase('connecting')
        setFailure(null)
        setOpened(null)
        counted.current = { sent: 0, received: 0 }
        try {
          await withToken(way, async (token) => {
            const { url, text: asText, subprotocols } = way
            const options = { view, text: asText, subprotocols, signal, ...(token !== null && { token }) }
            const now = await connect<ViewName>(url, options)
            connection.current = now
            setOpened({ before, service, view, origin: window.location.origin })
            buffer.add(said('note', text.talk.opened(now.url, view), Date.now()))
            now.onMessage(take)
            setPhase('open')
            const { code, reason, error } = await now.closed
            if (error !== null) throw error
            buffer.add(said('note', explainClose(code, reason), Date.now()))
          })
        } catch (error) {
          if (!signal.aborted) {
            const told = failureOf(error)
            setFailure(told)
            buffer.add(said('failure', told.sentence, Date.now()))
          }
        }
        // A later attempt has taken over when this one was given up.
        if (attempt.current !== controller) return
        connection.current = null
        setPhase('closed')
      }
      void talk()
    },
    [buffer, store],
  )
  const send = useCallback(
    (body: string | Uint8Array, message: Sendable[ViewName], types: Types | null) => {
      const { current } = connection
      if (current === null) return
      buffer.add(passed('up', body, Date.now(), types))
      counted.current = { ...counted.current, sent: counted.current.sent + 1 }
      current
        .send(message)
        .catch((error: unknown) => buffer.add(said('failure', failureOf(error).sentence, Date.now())))
    },
    [buffer],
  )
  const close = useCallback(() => attempt.current?.abort(), [])
  const counts = useCallback(() => counted.current, [])
  return { phase, buffer, failure, opened, counts, open, send, close }
}

function received(message: Received[ViewName]) {
  if (typeof message === 'string' || message instanceof Uint8Array) return passed('down', message, Date.now())
  const { payload, text: asText, mtype, utype } = message
  return passed('down', asText ?? payload, Date.now(), { mtype, utype })
}

/** Runs `talk` with the token to connect with; one that was made for it is gone afterwards. */
async function withToken({ identity }: Way, talk: (token: string | null) => Promise<void>): Promise<void> {
  if (identity.as !== 'me') return talk(identity.as === 'token' ? identity.token : null)
  const { id, token } = await makeToken()
  try {
    await talk(token)
  } finally {
    // It runs out by itself when the gateway does not answer.
    await ask('DELETE', `/tokens/${id}`).catch(() => {})
  }
}

async function makeToken(): Promise<NewToken> {
  try {
    const body = { name: 'Try it', scope: 'connect', expiresAt: Date.now() + TOKEN_MS }
    return (await (await ask('POST', '/tokens', body)).json()) as NewToken
  } catch (error) {
    throw new Error(text.talk.noToken(error instanceof Error ? error.message : String(error)), { cause: error })
  }
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const sentence = message.slice(0, 1).toUpperCase() + message.slice(1)
  if (error instanceof ConnectionError) return { sentence, requestId: error.requestId, retry: error.retry }
  return { sentence, requestId: null, retry: false }
}
