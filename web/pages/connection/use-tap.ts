import { useCallback, useEffect, useRef, useState } from 'react'

import type { TapEvent } from '../../../shared/api.ts'
import { explainClose } from '../../../shared/client/closing.ts'
import { ApiFailure } from '../../api/client.ts'
import { MessageBuffer } from '../../conversation/message-buffer.ts'
import { said, tapped } from '../../conversation/message.ts'
import { text as messages } from '../../messages/connection.ts'
import { readTap } from './read-tap.ts'

const text = messages.messages

/** How the reading of one connection's messages stands. */
export type TapState =
  | { readonly phase: 'idle' }
  /** `reading` once the gateway has put it on record. */
  | { readonly phase: 'opening' | 'reading'; readonly reason: string }
  /** `over`: with the connection. `stopped`: by who reads. `lost`: the link broke, or the gateway ended it. */
  | { readonly phase: 'over' | 'stopped' | 'lost'; readonly reason: string }
  /** The gateway said no, or did not answer. */
  | { readonly phase: 'refused'; readonly reason: string; readonly error: Error }

export interface Tap {
  readonly state: TapState
  readonly buffer: MessageBuffer
  readonly start: (reason: string) => void
  readonly stop: () => void
}

/** The messages of one connection, read for as long as its page is open and nobody stops it. */
export function useTap(id: string): Tap {
  const [buffer] = useState(() => new MessageBuffer())
  const [state, setState] = useState<TapState>({ phase: 'idle' })
  const current = useRef<AbortController | null>(null)
  useEffect(() => () => current.current?.abort(), [])

  const start = useCallback(
    (reason: string) => {
      current.current?.abort()
      const controller = new AbortController()
      current.current = controller
      setState({ phase: 'opening', reason })
      const take = (event: TapEvent) => {
        if (event.type === 'message') buffer.add(tapped(event.message, event.missed))
        else {
          buffer.add(said('note', noteOf(event), Date.now()))
          setState({ phase: event.type === 'tap' ? 'reading' : 'over', reason })
        }
      }
      const lose = () => setState((now) => (now.phase === 'reading' ? { phase: 'lost', reason } : now))
      readTap(id, reason, take, controller.signal).then(lose, (error: unknown) => {
        if (controller.signal.aborted) return
        if (error instanceof ApiFailure) setState({ phase: 'refused', reason, error })
        else setState((now) => (now.phase === 'opening' ? { phase: 'refused', reason, error: error as Error } : now))
        lose()
      })
    },
    [id, buffer],
  )
  const stop = useCallback(() => {
    current.current?.abort()
    setState((now) => ('reason' in now ? { phase: 'stopped', reason: now.reason } : now))
  }, [])
  return { state, buffer, start, stop }
}

function noteOf(event: Exclude<TapEvent, { type: 'message' }>): string {
  if (event.type === 'tap') return text.began
  const ending = event.connection?.ending
  return ending ? text.endedBy(explainClose(ending.close, ending.detail)) : text.ended
}
