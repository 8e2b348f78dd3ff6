/** Most characters of an unfinished event: a snapshot of 10,000 connections has about 6 million. */
const EVENT_MAX = 64 * 1024 * 1024

/**
 * The `data` of each server-sent event in a stream of text, in order (WHATWG HTML 9.2.6; ids and event names are not
 * needed here). Lines end with LF, as our API writes them, or CRLF.
 * @throws Error when an event grows beyond any that the API sends
 */
export async function* eventData(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let parts: string[] = []
  let waiting = 0
  let data: string[] = []
  for await (const chunk of chunks) {
    const lines = chunk.split('\n')
    for (const [at, piece] of lines.entries()) {
      parts.push(piece)
      waiting += piece.length
      if (waiting > EVENT_MAX) throw new Error(`an event has more than ${EVENT_MAX} characters`)
      if (at === lines.length - 1) break
      const line = parts.join('').replace(/\r$/, '')
      parts = []
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
      if (line !== '') continue
      if (data.length > 0) yield data.join('\n')
      data = []
      waiting = 0
    }
  }
}
