/** Longest single event taken, in characters: a snapshot of some 100,000 connections. */
const EVENT_MAX = 64 * 1024 * 1024

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
    // Only the new text is searched: a snapshot is one line of megabytes.
    lines[0] = this.#line + lines[0]!
    this.#line = lines.pop()!
    for (const line of lines) {
      if (line.startsWith('data:')) this.#data = line.slice(5).trimStart()
      if (line === '' && this.#data !== '') {
        events.push(this.#data)
        this.#data = ''
      }
    }
    if (this.#line.length > EVENT_MAX) throw new RangeError('An event of the live feed is too long')
    return events
  }
}
