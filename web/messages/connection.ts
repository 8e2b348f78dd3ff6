import { formatBytes } from '../../shared/units.ts'
import { catalog } from './catalog.ts'
import { plural } from './words.ts'

/** The page of one connection. */
export const text = catalog({
  title: (peer: string, service: string) => `${peer} to ${service}`,
  titleUnknown: (id: string) => `Connection ${id}`,
  above: 'Connections',
  openFor: (age: string) => `Open for ${age}`,
  lasted: (age: string) => `Lasted ${age}`,
  refusedAt: (ago: string) => `Refused ${ago}`,
  copyId: 'Copy the id',
  previous: 'Newer connection',
  next: 'Older connection',
  close: 'Close…',
  tabs: { summary: 'Summary', why: 'Why', messages: 'Messages' },
  gone: 'No connection with this id.',
  goneHint: 'It may have ended too long ago: the gateway remembers the last thousand. Or the id is not complete.',
  goneLink: 'All connections',

  facts: {
    title: 'Facts',
    client: 'Client',
    user: 'User',
    noUser: 'none: no credential was shown',
    origin: 'From page',
    noOrigin: 'none: not a browser',
    service: 'Service',
    target: 'Target',
    noTarget: 'none: refused before',
    listener: 'Listener',
    view: 'View',
    codec: 'Framing',
    rule: 'Decided by',
    ruleBefore: (ids: readonly string[]) => `after ${ids.join(', ')}`,
    policy: 'Rules version',
    noPolicy: 'not judged: refused before',
    opened: 'Opened',
    ended: 'Ended',
    cause: 'Because',
    closeCode: (code: number) => `close code ${code}`,
    status: (code: number) => `HTTP status ${code}`,
    up: 'In: client to service',
    down: 'Out: service to client',
    traffic: (messages: number, bytes: number) => `${plural(messages, 'message', 'messages')}, ${formatBytes(bytes)}`,
    trafficTip: (bytes: number) => plural(bytes, 'byte', 'bytes'),
    queue: 'Waiting in the gateway',
    queued: (toClient: number, toService: number) =>
      toClient + toService === 0
        ? 'nothing'
        : `${formatBytes(toClient)} to the client, ${formatBytes(toService)} to the service`,
    paused: 'Reading paused',
    pausedFor: (client: string | null, service: string | null) => {
      if (client === null && service === null) return 'never: both sides kept up'
      if (service === null) return `client ${client}`
      return client === null ? `service ${service}` : `client ${client}, service ${service}`
    },
    ping: 'Ping',
    noPing: 'no answer yet',
    id: 'Id',
  },

  rates: {
    title: 'Rate',
    hint: 'Bytes a second, since this page was opened',
    up: 'In',
    down: 'Out',
    perSecond: (bytes: number) => `${formatBytes(bytes)}/s`,
  },
  queue: {
    title: 'Queue',
    hint: 'Bytes waiting in the gateway for a side that reads slowly',
    toClient: 'To the client',
    toService: 'To the service',
    bytes: (bytes: number) => formatBytes(bytes),
  },
  ended: 'It has ended: rates and queue are only followed while a connection is open.',

  timeline: {
    title: 'Timeline',
    none: 'Nothing is on record.',
    since: (time: string) => `+${time}`,
  },

  why: {
    version: (version: number) => `version ${version}, by which it was judged`,
    hint: 'A rule or test made from it opens filled in, as a draft: nothing changes before it is committed.',
  },

  messages: {
    list: 'Messages of this connection',
    noRight: 'Reading messages needs the role admin.',
    noRightHint: (role: string) =>
      `Your role is ${role}. An admin can give you another one under Settings, Accounts; what is read is always on record.`,
    over: 'This connection has ended.',
    overHint: 'Messages are not stored: they can only be read while they pass. Choose a connection that is open.',
    overLink: 'Open connections',
    ask: 'Read the messages of this connection',
    askHint:
      'From now on, decoded, as they pass. Values that look secret are taken out. That you read, when, why and how many goes into the audit log and stays there.',
    reason: 'Reason',
    reasonPlaceholder: 'Ticket 4711: answers come twice',
    reasonMissing: 'Say in some words why you read them: at least 3 characters.',
    reasonLong: 'At most 300 characters.',
    start: 'Start reading',
    banner: (reason: string) => `You are reading the messages of this connection. Reason on record: ${reason}`,
    stop: 'Stop reading',
    stopped: 'You have stopped reading.',
    again: 'Read on',
    lost: 'The link to the gateway broke, and with it the reading.',
    lostHint: 'What passed meanwhile is not shown. Reading on is a new entry in the audit log.',
    began: 'Reading began: what passed before is not shown.',
    ended: 'The connection is over.',
    endedBy: (sentence: string) => `The connection is over: ${sentence}`,
    waiting: 'Nothing has passed yet.',
    none: 'No message passed while it was read.',
    waitingHint: 'Each message appears here as it passes, in both directions.',
    fileName: (id: string) => `messages-${id}`,
    keptHere: 'What was read is kept in this tab only, until you leave the page.',
  },
})
