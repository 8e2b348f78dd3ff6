import { GateError } from '../../shared/causes.ts'
import { checkServiceName, noService } from '../../shared/service-name.ts'
import { RunDirWatch } from './run-dir-watch.ts'
import type { Service, ServiceEntry } from './service.ts'
import { parseTarget, ServiceError } from './target.ts'

export interface ServiceCatalogOptions {
  /** Absolute path. */
  readonly rundir: string
  /** Entries of the file and the command line by service name; checked already. */
  readonly defined: ReadonlyMap<string, ServiceEntry>
  /** Entries of the dashboard; those of the file and the command line beat them. */
  readonly dashboard?: ReadonlyMap<string, ServiceEntry>
  /** Codec of services that no entry names. */
  readonly defaultCodec: string
  /** What a codec decides where an entry says nothing. */
  readonly codecDefaults: (codec: string) => { readonly barrier: boolean }
  /** Discovered sockets that are listed at most; default 10,000. */
  readonly maxSockets?: number
}

/** Which services there are: defined ones, and every socket below the run dir. */
export class ServiceCatalog {
  readonly #watch: RunDirWatch
  readonly #listeners = new Set<() => void>()
  #options: ServiceCatalogOptions
  #defined: ReadonlyMap<string, Service>

  constructor(options: ServiceCatalogOptions) {
    this.#options = options
    this.#defined = complete(options)
    const { rundir, maxSockets } = options
    const onChange = () => this.#changed()
    this.#watch = new RunDirWatch({ rundir, onChange, ...(maxSockets !== undefined && { maxSockets }) })
  }

  /** Reads the run dir and watches it from then on. */
  start(): Promise<void> {
    return this.#watch.start()
  }

  close(): Promise<void> {
    this.#listeners.clear()
    return this.#watch.close()
  }

  /**
   * What is known of a name: its entry, or else a socket of the run dir. Whether that is there is told by the dial, not
   * by the list: a service may have been started just now.
   * @throws GateError no-service when it can't be a name
   */
  find(name: string): Service {
    const defined = this.#defined.get(name)
    if (defined !== undefined) return defined
    const wrong = checkServiceName(name)
    if (wrong !== null) throw noService(wrong)
    return this.#discovered(name)
  }

  /**
   * Where the policy sends a connection: the service of that name, or with its settings somewhere else.
   * @throws GateError no-service, or upstream-refused when nothing here can reach the target
   */
  route({ service: name, target }: { readonly service: string; readonly target: string | null }): Service {
    const found = this.find(name)
    if (target === null) return found
    try {
      return { ...found, target: parseTarget(target) }
    } catch (error) {
      if (error instanceof ServiceError) throw new GateError('upstream-refused', error.message, { cause: error })
      throw error
    }
  }

  /** Whether somebody has defined a service of that name, be it there or not. */
  defines(name: string): boolean {
    return this.#defined.has(name)
  }

  /** URI of a service, or where it would be. */
  uriOf(name: string): string {
    return this.#defined.get(name)?.target.uri ?? `unix:${name}`
  }

  /** All of them, sorted by name. */
  list(): Service[] {
    const discovered = this.#watch.names
      .filter((name) => !this.#defined.has(name))
      .map((name) => this.#discovered(name))
    return [...this.#defined.values(), ...discovered].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Calls back after every change of the list. @returns stops that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes over what a reload may change; the run dir stays. */
  update(changes: Partial<Pick<ServiceCatalogOptions, 'defined' | 'dashboard' | 'defaultCodec'>>): void {
    const options = { ...this.#options, ...changes }
    this.#defined = complete(options)
    this.#options = options
    this.#changed()
  }

  #discovered(name: string): Service {
    return service(this.#options, name, { target: `unix:${name}` }, 'discovered')
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function complete(options: ServiceCatalogOptions): ReadonlyMap<string, Service> {
  const read = (entries: ReadonlyMap<string, ServiceEntry>, from: Service['from']) =>
    [...entries].map(([name, entry]) => [name, service(options, name, entry, from)] as const)
  return new Map([...read(options.dashboard ?? new Map(), 'dashboard'), ...read(options.defined, 'defined')])
}

function service(options: ServiceCatalogOptions, name: string, entry: ServiceEntry, from: Service['from']): Service {
  const codec = entry.codec ?? options.defaultCodec
  return {
    name,
    target: parseTarget(entry.target),
    codec,
    text: entry.text ?? false,
    barrier: entry.barrier ?? options.codecDefaults(codec).barrier,
    compression: entry.compression ?? false,
    halfClose: entry.halfClose ?? false,
    maxMessageBytes: entry.maxMessageBytes ?? null,
    maxConnections: entry.maxConnections ?? null,
    from,
  }
}
