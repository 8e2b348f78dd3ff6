import type { ConnectionInfo } from '../../shared/connection.ts'
import type { Sample } from './rates.ts'

/** A connection with what its rates are reckoned from. A new object with each change, so that rows can be memoised. */
export interface Row {
  readonly info: ConnectionInfo
  readonly samples: readonly Sample[]
}

/**
 * Rows by id, in the order in which they came. The list for the screen is made when somebody looks and something has
 * changed since: one copy of pointers, however much happened in between.
 */
export class RowList {
  readonly #max: number
  #rows = new Map<string, Row>()
  /** Null when it no longer holds. */
  #newestFirst: readonly Row[] | null = null

  /** @param max more than so many push the oldest out */
  constructor(max = Infinity) {
    this.#max = max
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  /** Adds it as the newest, or takes the place of the one with its id. */
  set(row: Row): void {
    this.#rows.set(row.info.id, row)
    if (this.#rows.size > this.#max) this.#rows.delete(this.#rows.keys().next().value!)
    this.#newestFirst = null
  }

  /** @returns whether it was there */
  delete(id: string): boolean {
    const there = this.#rows.delete(id)
    if (there) this.#newestFirst = null
    return there
  }

  /** @param rows the oldest first */
  replace(rows: readonly Row[]): void {
    this.#rows = new Map()
    for (const row of rows) this.set(row)
    this.#newestFirst = null
  }

  get size(): number {
    return this.#rows.size
  }

  /** The same array until something changes. */
  newestFirst(): readonly Row[] {
    if (this.#newestFirst !== null) return this.#newestFirst
    const { size } = this.#rows
    const list = Array.from<Row>({ length: size })
    let at = size
    for (const row of this.#rows.values()) list[--at] = row
    this.#newestFirst = list
    return list
  }
}
