import { createColors } from 'picocolors'

/** What a gateway that has just started tells about itself. */
export interface Banner {
  readonly version: string
  readonly urls: readonly { readonly title: string; readonly url: string }[]
  readonly warnings: readonly string[]
  /** Null with `--demo` alone: there are only the sample services then. */
  readonly rundir: string | null
  readonly demo: boolean
  /** `npx websocketc` where the program is not on the path. */
  readonly client: string
  readonly color: boolean
}

/** The lines printed at start: what to open, where services go, what to try. */
export function renderBanner(banner: Banner): string[] {
  const colors = createColors(banner.color)
  const rows = [
    ...banner.urls.flatMap(({ title, url }) => [
      [title, title === 'WebSocket' ? withService(url) : url, colors.cyan] as const,
      ...(title === 'Set up' ? [['', SET_UP_NOTE, colors.dim] as const] : []),
    ]),
    [
      'Services',
      banner.rundir === null ? 'pong, clock, chat (samples)' : `${banner.rundir}${samples(banner)}`,
      plain,
    ] as const,
    ...tries(banner).map((command, at) => [at === 0 ? 'Try' : '', command, colors.green] as const),
  ]
  const width = Math.max(...rows.map(([title]) => title.length)) + 3
  return [
    '',
    `  ${colors.bold(`sockgate ${banner.version}`)}`,
    '',
    ...rows.map(([title, text, paint]) => `  ${colors.dim(title.padEnd(width))}${paint(text)}`),
    ...banner.warnings.flatMap((warning) => [
      '',
      ...wrap(`Note: ${warning}`).map((line) => `  ${colors.yellow(line)}`),
    ]),
    '',
    `  ${colors.dim('Ctrl-C ends it: once says goodbye to every client, twice does not wait.')}`,
    '',
  ]
}

/** Said below the link that makes the first administrator. */
const SET_UP_NOTE = 'makes you the administrator: within 15 minutes, once, on this machine'

const plain = (text: string) => text

const withService = (url: string) => (url.startsWith('ws+unix:') ? url : `${url}/<service>`)

const samples = ({ demo }: Banner) => (demo ? ', and pong, clock, chat (samples)' : '')

function tries({ demo, urls, client }: Banner): string[] {
  const url = urls.find(({ url: each }) => /^wss?:/.test(each))?.url
  if (!demo || url === undefined) return []
  const near = url.replace('://0.0.0.0:', '://127.0.0.1:').replace('://[::]:', '://[::1]:')
  return [`${client} ${near}/pong`, `${client} ${near}/clock`]
}

/** Breaks text at blanks into lines of at most 76 characters, longer words apart. */
function wrap(text: string): string[] {
  return text.match(/\S.{0,74}\S(?=\s|$)|\S+/g) ?? []
}
