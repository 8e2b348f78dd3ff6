import type { TapEvent } from '../../../shared/api.ts'
import { request } from '../../api/client.ts'
import { SseParser } from './sse-parser.ts'

/** The gateway sends at least a heartbeat each 15 s; without anything for this long it is gone. */
const SILENCE_MS = 35_000

/**
 * Reads the messages of a connection until it is over or `signal` aborts. That is on record, with the reason, before the
 * first message comes. Resolves when the stream ends, with or without an `ended` event before.
 * @throws ApiFailure when the gateway says no; TypeError or DOMException when the link breaks or `signal` aborts
 */
export async function readTap(
  id: string,
  reason: string,
  onEvent: (event: TapEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MS)
  try {
    const { path, headers } = address(id, reason)
    const { body } = await request(path, { headers, signal: AbortSignal.any([signal, silence.signal]) })
    if (body === null) throw new TypeError('The answer has no body')
    const reader = body.getReader()
    const decoder = new TextDecoder()
    const parser = new SseParser()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MS)
      for (const data of parser.push(decoder.decode(value, { stream: true }))) onEvent(JSON.parse(data) as TapEvent)
    }
  } finally {
    clearTimeout(timer)
  }
}

/** In a header where it fits, as addresses end up in logs on the way; headers hold no other letters than these. */
function address(id: string, reason: string): { path: string; headers: Record<string, string> } {
  const path = `/connections/${encodeURIComponent(id)}/messages`
  if (/^[\x20-\x7e]*$/.test(reason)) return { path, headers: { 'sockgate-reason': reason } }
  return { path: `${path}?${new URLSearchParams({ reason })}`, headers: {} }
}
