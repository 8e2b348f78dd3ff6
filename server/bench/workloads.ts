/** What the load generator does; `native/loadgen.c` describes each. */
type Load = 'echo' | 'setup' | 'idle' | 'flood' | 'sink' | 'stall'

/** What a workload's main figure counts. Throughput is better when higher, memory when lower. */
type Unit = 'messages/s' | 'connections/s' | 'MB/s' | 'MiB growth' | 'KiB per connection'

export interface Workload {
  readonly name: string
  readonly title: string
  readonly unit: Unit
  readonly load: Load
  /** `prefixed`: messages reach the service behind a 32-bit big-endian length, and their borders are checked. */
  readonly framing: 'raw' | 'prefixed'
  readonly connections: number
  readonly messageBytes: number
  /** Messages under way on each connection. */
  readonly inFlight: number
  /** One-way loads: how much is sent in all. */
  readonly transferBytes: number
  /** How long the slow side reads nothing. */
  readonly holdMs: number
  /** A process of its own, because memory is measured or much garbage left. */
  readonly fresh: boolean
  /** Measured in the first round only: memory hardly varies. */
  readonly once: boolean
}

/** How much of the long loads to do. */
export interface Extent {
  readonly transferBytes: number
  readonly floodBytes: number
  readonly holdMs: number
  readonly idleConnections: number
}

const MiB = 2 ** 20
export const extents = {
  quick: { transferBytes: 64 * MiB, floodBytes: 128 * MiB, holdMs: 2000, idleConnections: 500 },
  normal: { transferBytes: 512 * MiB, floodBytes: 1024 * MiB, holdMs: 6000, idleConnections: 5000 },
  full: { transferBytes: 1024 * MiB, floodBytes: 1024 * MiB, holdMs: 6000, idleConnections: 5000 },
} as const satisfies Record<string, Extent>

/** Every workload, in the order in which they run. */
export function workloads(extent: Extent): Workload[] {
  const { transferBytes, floodBytes, holdMs, idleConnections } = extent
  const transfer = `${transferBytes / MiB} MiB`
  const flood = `${floodBytes / MiB} MiB`
  const hold = `${holdMs / 1000} s`
  return [
    echo('pp1', '64 B ping-pong, 1 connection', 1, 64, 1),
    echo('pp64', '64 B ping-pong, 64 connections', 64, 64, 1),
    echo('pipe64', '64 B pipelined, 16 connections, 64 in flight on each', 16, 64, 64),
    { ...echo('prefix64', 'the same, length-prefixed service', 16, 64, 64), framing: 'prefixed' },
    echo('mid', '1 KiB, 16 connections, 16 in flight on each', 16, 1024, 16),
    echo('big', '64 KiB, 4 connections, 4 in flight on each', 4, 65_536, 4),
    { ...oneWay('down', `${transfer} from the service to one client`, 'flood', 16_384), transferBytes },
    { ...oneWay('up', `${transfer} from one client to the service, 64 KiB messages`, 'sink', 65_536), transferBytes },
    {
      ...echo('setup', 'connect, upgrade, echo, close; 16 at a time', 16, 64, 1),
      load: 'setup',
      unit: 'connections/s',
      fresh: true,
    },
    {
      ...echo('idle', `${idleConnections} idle connections`, idleConnections, 64, 1),
      load: 'idle',
      unit: 'KiB per connection',
      fresh: true,
      once: true,
    },
    {
      ...oneWay(
        'slow',
        `slow client: the service sends ${flood}, the client reads nothing for ${hold}`,
        'flood',
        16_384,
      ),
      unit: 'MiB growth',
      once: true,
      transferBytes: floodBytes,
      holdMs,
    },
    {
      ...oneWay(
        'stall',
        `slow service: the client sends ${flood}, the service reads nothing for ${hold}`,
        'stall',
        65_536,
      ),
      unit: 'MiB growth',
      once: true,
      transferBytes: floodBytes,
      holdMs,
    },
  ]
}

function echo(name: string, title: string, connections: number, messageBytes: number, inFlight: number): Workload {
  return {
    name,
    title,
    unit: 'messages/s',
    load: 'echo',
    framing: 'raw',
    connections,
    messageBytes,
    inFlight,
    transferBytes: 0,
    holdMs: 0,
    fresh: false,
    once: false,
  }
}

function oneWay(name: string, title: string, load: Load, messageBytes: number): Workload {
  return { ...echo(name, title, 1, messageBytes, 1), load, unit: 'MB/s', fresh: true }
}

/** The load generator's arguments. `secs` and `warmSecs` apply to the loads that run for a time. */
export function loadArgs(workload: Workload, url: string, secs: number, warmSecs: number): string[] {
  const { load, messageBytes, connections, inFlight, transferBytes, holdMs } = workload
  const args: (string | number)[] = [load, '--url', url, '-s', messageBytes, '-n', connections, '-p', inFlight]
  if (load === 'echo' || load === 'setup') args.push('-t', secs, '-w', warmSecs)
  if (transferBytes > 0) args.push('--bytes', transferBytes, '--hold', holdMs)
  // Each closed connection keeps its port for a minute: take them from several loopback addresses.
  if (load === 'setup') args.push('--spread', 8)
  if (workload.framing === 'prefixed') args.push('--framed', '--prefix', 'be')
  return args.map(String)
}
