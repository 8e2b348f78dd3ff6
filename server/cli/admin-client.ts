import { request as httpRequest } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'

import type { ConnectionList, ProblemBody } from '../../shared/api.ts'
import type { ConnectionInfo, FeedEvent, ServiceInfo, StatusInfo } from '../../shared/connection.ts'
import { eventData } from './event-source.ts'
import { CliError } from './shell.ts'
import { oneLine } from './text.ts'
import { refusalOf } from './trouble.ts'

/** How to reach the admin API of a running gateway. */
export interface AdminPlace {
  /** `SOCKGATE_URL`, such as `http://127.0.0.1:8081`; null for the socket in the data directory. */
  readonly url: string | null
  /** `SOCKGATE_TOKEN`. */
  readonly token: string | null
  readonly dataDir: string
}

/** Which connections to list. */
export type StateFilter = 'open' | 'closed' | 'refused' | 'all'

/** Time for an answer to begin and, the event stream aside, to end. */
const ANSWER_MS = 10_000
/** Largest answer taken, the event stream aside: a page of connections has about 200 KiB. */
const ANSWER_MAX = 16 * 1024 * 1024
/** The gateway writes into its event stream at least every 15 s; after twice that and some it is gone. */
const SILENCE_MS = 40_000

/** What came back. */
interface Answer<T> {
  /** Undefined for 204. */
  readonly value: T
  readonly etag: string | null
  /** Path of what was made. */
  readonly location: string | null
}

/** What goes with a question. */
interface Asking {
  readonly body?: object
  /** ETag of the version that a change was made on. */
  readonly ifMatch?: string
}

/** Talks to a running gateway. Every method throws CliError with a sentence fit to be printed. */
export class AdminClient {
  readonly #place: AdminPlace
  readonly #base: RequestOptions & { readonly path: string }
  readonly #secure: boolean

  /** @throws CliError (status 2) when the URL or the token is none */
  constructor(place: AdminPlace) {
    if (place.token !== null && !/^[!-~]+$/.test(place.token)) {
      throw new CliError('SOCKGATE_TOKEN is no token: it holds blanks, line ends or other characters', 2)
    }
    this.#place = place
    const url = place.url === null ? null : parseUrl(place.url)
    this.#secure = url?.protocol === 'https:'
    this.#base =
      url === null
        ? { socketPath: join(place.dataDir, 'admin.sock'), host: 'localhost', path: '' }
        : { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port, path: url.pathname.replace(/\/$/, '') }
  }

  /** Where the gateway is looked for, for people. */
  get where(): string {
    return this.#place.url ?? String(this.#base.socketPath)
  }

  /** Data directory of the gateway; null when it is asked by URL. */
  get dataDir(): string | null {
    return this.#place.url === null ? this.#place.dataDir : null
  }

  status(): Promise<StatusInfo> {
    return this.#json('GET', '/status')
  }

  async services(): Promise<readonly ServiceInfo[]> {
    const { services } = await this.#json<{ services: ServiceInfo[] }>('GET', '/services')
    return services
  }

  /** Newest first. @param filter as in the filter field of the page */
  async connections(state: StateFilter, filter?: string): Promise<ConnectionInfo[]> {
    const all = new Map<string, ConnectionInfo>()
    const asked = { state, ...(filter !== undefined && { q: filter }) }
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams(cursor === '' ? asked : { ...asked, cursor })
      const page: ConnectionList = await this.#json('GET', `/connections?${query.toString()}`)
      for (const connection of page.connections) all.set(connection.id, connection)
      cursor = page.connections.length > 0 ? page.nextCursor : null
    }
    return [...all.values()]
  }

  /** The live feed, until the gateway ends it (returns) or it breaks (throws CliError). */
  async *events(signal: AbortSignal): AsyncGenerator<FeedEvent> {
    const response = await this.#send('GET', '/events', undefined, signal)
    await this.#check(response)
    response.setEncoding('utf8')
    response.socket.setTimeout(SILENCE_MS, () => response.destroy(new Error(`silent for ${SILENCE_MS / 1000} s`)))
    try {
      for await (const data of eventData(response)) yield this.#parse(data) as FeedEvent
    } catch (error) {
      throw this.#explained(error)
    } finally {
      response.destroy()
    }
  }

  /** Any other question to the API. */
  async ask<T>(method: string, path: string, { body, ifMatch }: Asking = {}): Promise<Answer<T>> {
    const response = await this.#send(method, path, body, AbortSignal.timeout(ANSWER_MS), ifMatch)
    await this.#check(response)
    const text = await this.#text(response)
    const value = (response.statusCode === 204 ? undefined : this.#parse(text)) as T
    const { etag = null, location = null } = response.headers
    return { value, etag, location }
  }

  /** What is no JSON: the policy as a file. */
  async text(path: string): Promise<string> {
    const response = await this.#send('GET', path, undefined, AbortSignal.timeout(ANSWER_MS))
    await this.#check(response)
    // Whatever else may answer at this address has no files of ours.
    if (response.headers['content-disposition'] !== undefined) return this.#text(response)
    response.destroy()
    throw this.#stranger()
  }

  async #json<T>(method: string, path: string): Promise<T> {
    const { value } = await this.ask<T>(method, path)
    return value
  }

  #send(method: string, path: string, body?: object, signal?: AbortSignal, ifMatch?: string): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      accept: 'application/json, text/event-stream',
      ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(this.#place.token !== null && { authorization: `Bearer ${this.#place.token}` }),
    }
    const options = { ...this.#base, method, path: `${this.#base.path}/api/v1${path}`, headers, agent: false, signal }
    return new Promise((resolve, reject) => {
      const request = (this.#secure ? httpsRequest : httpRequest)(options as RequestOptions, (response) => {
        clearTimeout(late)
        resolve(response)
      })
      const late = setTimeout(() => request.destroy(timedOut()), ANSWER_MS)
      request.on('error', (error) => {
        clearTimeout(late)
        reject(this.#explained(error))
      })
      request.end(text)
    })
  }

  /** Throws what the gateway says is wrong. */
  async #check(response: IncomingMessage): Promise<void> {
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return
    const text = await this.#text(response)
    throw refusalOf(status, this.#parse(text) as Partial<ProblemBody>, this.#place.token !== null)
  }

  async #text(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > ANSWER_MAX) throw this.#stranger()
      }
    } catch (error) {
      throw this.#explained(error)
    }
    return Buffer.concat(chunks).toString()
  }

  #parse(text: string): unknown {
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null) return value
    } catch {
      // Told below.
    }
    throw this.#stranger()
  }

  #stranger(): CliError {
    return new CliError(`what answers at ${this.where} is not sockgate; check SOCKGATE_URL and --data`, 1)
  }

  #explained(error: unknown): CliError {
    if (error instanceof CliError) return error
    const { code, name, message } = error as NodeJS.ErrnoException
    const options = { cause: error }
    if (name === 'TimeoutError' || code === 'ETIMEDOUT' || code === 'ABORT_ERR') {
      return new CliError(`no answer from ${this.where} within ${ANSWER_MS / 1000} s`, 1, options)
    }
    if (code === 'ENOENT' || code === 'ECONNREFUSED') {
      const advice =
        this.#place.url === null
          ? 'start one with "sockgate serve", or say where it is with --data DIR or SOCKGATE_URL'
          : 'check SOCKGATE_URL, or unset it to use the socket in the data directory'
      return new CliError(`no gateway runs at ${this.where}: ${advice}`, 1, options)
    }
    if (code === 'EACCES') {
      return new CliError(`this user may not use ${this.where}: ask as the user who runs the gateway`, 1, options)
    }
    return new CliError(`the connection to ${this.where} failed: ${oneLine(message)}`, 1, options)
  }
}

function timedOut(): Error {
  return Object.assign(new Error('timed out'), { name: 'TimeoutError' })
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url
  } catch {
    // Told below.
  }
  throw new CliError(
    `SOCKGATE_URL is ${JSON.stringify(text)}: write the admin address, such as http://127.0.0.1:8081`,
    2,
  )
}
