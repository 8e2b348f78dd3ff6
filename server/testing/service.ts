import { Buffer } from 'node:buffer'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * What a test service does with a connection by itself: `echo` sends back what it reads, `slam` closes at once, `reader`
 * reads and reports, `manual` reads nothing before `Peer.read`.
 */
export type Behaviour = 'echo' | 'slam' | 'reader' | 'manual'

type Report =
  | { readonly say: 'listening' }
  | { readonly say: 'answer'; readonly ask: number; readonly taken?: number; readonly gone?: boolean }
  | { readonly say: 'open' | 'ended' | 'closed' | 'flooded'; readonly id: number }
  | { readonly say: 'data'; readonly id: number; readonly bytes: Uint8Array }

interface Order {
  readonly id?: number
  readonly order: 'write' | 'flood' | 'end' | 'reset' | 'read' | 'taken' | 'crash'
  readonly bytes?: unknown
  readonly size?: number
}

/** Something that happens once and can be waited for at any time. */
class Happening {
  readonly promise: Promise<void>
  happened = false
  #resolve!: () => void

  constructor() {
    this.promise = new Promise((resolve) => (this.#resolve = resolve))
  }

  happen(): void {
    this.happened = true
    this.#resolve()
  }
}

/** One connection as the service sees it, by remote control. */
export class Peer {
  readonly id: number
  /** What each read returned. */
  readonly chunks: Buffer[] = []
  readonly #service: ServiceProcess
  readonly #happenings = { ended: new Happening(), closed: new Happening(), flooded: new Happening() }
  #arrived = new Happening()

  constructor(id: number, service: ServiceProcess) {
    this.id = id
    this.#service = service
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  /** The gateway has ended its direction. */
  get ended(): Promise<void> {
    return this.#happenings.ended.promise
  }

  /** The service's handle is gone. */
  get closed(): Promise<void> {
    return this.#happenings.closed.promise
  }

  /** All that `flood` was to send has been handed over. */
  get flooded(): Promise<void> {
    return this.#happenings.flooded.promise
  }

  get isFlooded(): boolean {
    return this.#happenings.flooded.happened
  }

  /** Resolves with everything read so far once it is `count` bytes. */
  async received(count: number): Promise<Buffer> {
    while (this.chunks.reduce((sum, chunk) => sum + chunk.length, 0) < count) await this.#arrived.promise
    return this.bytes
  }

  /** Resolves when the kernel has taken the bytes. */
  async write(bytes: Uint8Array | string): Promise<void> {
    await this.#service.ask({ id: this.id, order: 'write', bytes: Buffer.from(bytes) })
  }

  /** Starts sending filler, as fast as it is taken. */
  flood(size: number): void {
    this.#service.tell({ id: this.id, order: 'flood', size })
  }

  /** Bytes that the kernel has taken from the service so far. */
  async taken(): Promise<number> {
    const { taken } = await this.#service.ask({ id: this.id, order: 'taken' })
    return taken ?? 0
  }

  /** Sends what waits, then ends the service's direction; it goes on reading. */
  end(): void {
    this.#service.tell({ id: this.id, order: 'end' })
  }

  /** Closes the handle. */
  destroy(): void {
    this.#service.tell({ id: this.id, order: 'reset' })
  }

  /** Starts to read, where the behaviour is `manual`. */
  read(): void {
    this.#service.tell({ id: this.id, order: 'read' })
  }

  note(report: Report): void {
    if (report.say === 'data') {
      this.chunks.push(Buffer.from(report.bytes))
      const arrived = this.#arrived
      this.#arrived = new Happening()
      arrived.happen()
    } else if (report.say === 'ended' || report.say === 'closed' || report.say === 'flooded') {
      this.#happenings[report.say].happen()
    }
  }
}

/** A service in a process of its own. Owned by the test that started it: `stop` kills it. */
export class ServiceProcess {
  readonly path: string
  readonly #child: ChildProcess
  readonly #peers = new Map<number, Peer>()
  readonly #waiting: Peer[] = []
  readonly #takers: ((peer: Peer) => void)[] = []
  readonly #answers = new Map<number, (answer: Extract<Report, { say: 'answer' }>) => void>()
  readonly #listening = new Happening()
  #asked = 0

  /** @param backlog connections that the kernel holds for it before it accepts them */
  constructor(path: string, behaviour: Behaviour, backlog: number) {
    this.path = path
    const script = fileURLToPath(new URL('service-process.mjs', import.meta.url))
    this.#child = spawn(process.execPath, [script, path, behaviour, String(backlog)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    this.#child.on('message', (report) => this.#heard(report as Report))
    this.#child.on('error', () => {})
  }

  /** Resolves when it listens. @throws Error when it ends first */
  async listening(): Promise<this> {
    const died = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the test service ended before it listened (${code})`)
    })
    died.catch(() => {})
    await Promise.race([this.#listening.promise, died])
    return this
  }

  /** The next connection that it has accepted. */
  accepted(): Promise<Peer> {
    const peer = this.#waiting.shift()
    return peer ? Promise.resolve(peer) : new Promise((resolve) => this.#takers.push(resolve))
  }

  tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order)
  }

  ask(order: Order): Promise<Extract<Report, { say: 'answer' }>> {
    const ask = ++this.#asked
    return new Promise((resolve) => {
      this.#answers.set(ask, resolve)
      this.#child.send({ ...order, ask })
    })
  }

  /** Sends each peer its bytes, then dies as by `kill -9`. Resolves when it is dead. */
  async crash(parts: readonly (readonly [Peer, Uint8Array])[]): Promise<void> {
    const dead = once(this.#child, 'exit')
    this.tell({ order: 'crash', bytes: parts.map(([peer, bytes]) => [peer.id, Buffer.from(bytes)]) })
    await dead
  }

  /** Stops it in its tracks: it accepts and reads no more, though its sockets stay. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** Kills it as by `kill -9`: its socket stays behind. Resolves when it is dead. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const dead = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await dead
  }

  /** Kills it and removes its socket. */
  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.path, { force: true })
  }

  #heard(report: Report): void {
    if (report.say === 'listening') this.#listening.happen()
    else if (report.say === 'answer') {
      this.#answers.get(report.ask)?.(report)
      this.#answers.delete(report.ask)
    } else if (report.say === 'open') {
      const peer = new Peer(report.id, this)
      this.#peers.set(report.id, peer)
      const taker = this.#takers.shift()
      if (taker) taker(peer)
      else this.#waiting.push(peer)
    } else this.#peers.get(report.id)?.note(report)
  }
}
