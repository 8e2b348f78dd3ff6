import { useCallback, useEffect, useRef, useState } from 'react'

import { connect, explainClose } from '../../../shared/client/browser.ts'
import type { Connection } from '../../../shared/client/browser.ts'
import { messages } from '../../messages.ts'
import type { Conversation } from './conversation.ts'

type Phase = 'closed' | 'connecting' | 'open'

interface Session {
  readonly phase: Phase
  readonly open: (url: string) => void
  readonly send: (message: string | Uint8Array) => void
  readonly close: () => void
}

/** One connection at a time through the public library, told into `conversation`. Closed with the page. */
export function useSession(conversation: Conversation): Session {
  const [phase, setPhase] = useState<Phase>('closed')
  const connection = useRef<Connection<'payload'> | null>(null)
  const attempt = useRef<AbortController | null>(null)
  useEffect(() => () => attempt.current?.abort(), [])

  const open = useCallback(
    (url: string) => {
      const controller = new AbortController()
      attempt.current = controller
      const talk = async () => {
        setPhase('connecting')
        try {
          connection.current = await connect(url, { view: 'payload', signal: controller.signal })
          setPhase('open')
          await listen(connection.current, conversation)
        } catch (error) {
          if (!controller.signal.aborted) conversation.add('failure', sentence(error))
        }
        connection.current = null
        setPhase('closed')
      }
      void talk()
    },
    [conversation],
  )
  const send = useCallback(
    (message: string | Uint8Array) => {
      conversation.add('sent', message)
      connection.current?.send(message).catch((error: unknown) => conversation.add('failure', sentence(error)))
    },
    [conversation],
  )
  const close = useCallback(() => attempt.current?.abort(), [])
  return { phase, open, send, close }
}

/** Tells what arrives and how it ends; resolves at the end. */
async function listen(connection: Connection<'payload'>, conversation: Conversation): Promise<void> {
  conversation.add('note', messages.tryIt.opened(connection.url))
  connection.onMessage((message) => conversation.add('received', message))
  const { code, reason, error } = await connection.closed
  if (error !== null) throw error
  conversation.add('note', explainClose(code, reason))
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
