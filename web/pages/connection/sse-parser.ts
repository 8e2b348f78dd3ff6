/** Longest single event taken, in characters: 64 KiB of a payload in base64, and what is around it, many times over. */
const EVENT_MAX = 4 * 1024 * 1024

/**
 * Finds the events in a stream of server-sent events (HTML, 9.2.6), as our gateway writes them: `data:` on one line.
 * Returns the data of each event that became complete. Comments count as nothing.
 * @throws RangeError when an event does not end
 */
export class SseParser {
  #line = ''
  #data = ''

  push(text: string): string[] {
    const events: string[] = []
    const lines = text.split('\n')
    lines[0] = this.#line + lines[0]!
    this.#line = lines.pop()!
    for (const line of lines) {
      if (line.startsWith('data:')) this.#data = line.slice('data:'.length).trimStart()
      if (line === '' && this.#data !== '') {
        events.push(this.#data)
        this.#data = ''
      }
    }
    if (this.#line.length > EVENT_MAX) throw new RangeError('An event of the stream is too long')
    return events
  }
}
