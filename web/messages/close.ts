import { formatAge, formatCount } from '../../shared/units.ts'
import { catalog } from './catalog.ts'
import { plural } from './words.ts'

/** Closing connections. */
export const text = catalog({
  title: (count: number) =>
    count === 1 ? 'Close a connection' : `Close ${plural(count, 'connection', 'connections')}`,
  titleUnknown: 'Close connections',
  one: (client: string, service: string) => `${client} to ${service}`,
  code: 'Close code',
  codes: {
    4410: '4410: closed by an administrator, do not come back',
    1012: '1012: service restart, come back in a moment',
    1001: '1001: going away',
    1000: '1000: normal end',
    4403: '4403: denied',
  } as Readonly<Record<string, string>>,
  otherCode: 'Another code…',
  number: 'Number of the code',
  numberHint: '1000 to 1014 without 1004, 1005, 1006 and 1010, or 3000 to 4999',
  badNumber: 'This code may not be sent. Take one from 3000 to 4999.',
  reason: 'Reason',
  reasonHint: 'Sent to the client, and kept in the audit log',
  bytesLeft: (used: number, most: number) => `${used} of ${most} bytes`,
  tooLong: (over: number) => `${plural(over, 'byte', 'bytes')} too long`,
  pace: 'Pace',
  paces: { once: 'All at once', slow: '10 per s', spread: 'Over 5 min' },
  paceHint: 'Clients that come back at once come back as fast as they are closed.',
  block: 'Also keep the client out',
  blocks: { no: 'No', '10m': '10 min', '1h': '1 hour', forever: 'Until removed' },
  blockHint: 'Adds a rule at the top of the firewall for each client: by its user, else its address or uid.',
  preview: 'What the client gets',
  wire: (code: number, reason: string) => `code ${code}, reason “${reason}”`,
  perService: 'Connections by service',
  service: 'Service',
  count: 'Connections',
  takes: (ms: number) => (ms < 1000 ? 'It takes a moment.' : `It takes ${formatAge(ms)}.`),
  gone: (count: number) => `${plural(count, 'of them has', 'of them have')} ended meanwhile.`,
  none: 'None of them is open any more.',
  typeNumber: (count: number) => `Type ${count} to confirm`,
  cancel: 'Cancel',
  confirm: (count: number) => (count === 1 ? 'Close it' : `Close ${formatCount(count)}`),
  confirmBlock: (count: number) => (count === 1 ? 'Close and block' : `Close ${formatCount(count)} and block`),
  ctrlEnter: 'Ctrl Enter closes, too.',
  closed: 'The connection is being closed.',
  closedBlocked: 'The connection is being closed, and a rule at the top of the firewall keeps its client out.',
  closing: (count: number, ms: number) =>
    ms < 2000
      ? `${plural(count, 'connection is', 'connections are')} being closed.`
      : `${plural(count, 'connection is', 'connections are')} being closed over ${formatAge(ms)}.`,
  running: {
    label: 'Closings under way',
    title: (done: number, total: number, by: string) =>
      `${by} closes connections: ${formatCount(done)} of ${formatCount(total)} done`,
    left: (seconds: number) => (seconds <= 0 ? 'nearly done' : `${formatAge(seconds * 1000)} left`),
    stop: 'Stop',
    stopLabel: (by: string) => `Stop the closing by ${by}; the rest stays open`,
    stopped: (left: number) => `Stopped. ${plural(left, 'connection stays', 'connections stay')} open.`,
  },
})
