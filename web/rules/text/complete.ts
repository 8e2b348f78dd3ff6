/** What is known of the gateway, for names to offer. */
export interface Known {
  readonly services: readonly string[]
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

export interface Completion {
  /** Where the word begins that is completed, from 0 in the line. */
  readonly from: number
  readonly options: readonly string[]
}

const OPTIONS_MAX = 8

const RULE_KEYS = ['until=', 'per-address=', 'per-user=', 'per-service=', 'messages=', 'bytes=', 'over=']
const PEERS = [
  'user:',
  'group:',
  'origin:',
  'loopback',
  'local',
  'uid:',
  'gid:',
  'listener:',
  'protocol:',
  'time:',
  'tls:',
]

/** What may stand where somebody types. @param line up to the cursor */
export function complete(line: string, known: Known): Completion {
  const from = line.search(/\S*$/)
  const word = line.slice(from)
  const none: Completion = { from, options: [] }
  if (/(^|\s)#/.test(line)) return none
  const before = line
    .slice(0, from)
    .split(/\s+/)
    .filter((each) => each !== '')
  const dashes = before.length === 0 && word.startsWith('--') ? '--' : ''
  const words = (before[0] === 'off' ? before.slice(1) : before).map((each) => each.replace(/^--/, ''))
  const possible = candidates(words, word, known, before[0] !== 'off').map((each) => dashes + each)
  const options = possible.filter((each) => each.startsWith(word) && each !== word).slice(0, OPTIONS_MAX)
  return { from, options }
}

function candidates(
  [verb, ...rest]: readonly string[],
  word: string,
  known: Known,
  canBeOff: boolean,
): readonly string[] {
  const services = [...known.services, '*']
  switch (verb) {
    case undefined:
      return ['allow', 'deny', 'log', 'redirect', 'test', 'default', ...(canBeOff ? ['off'] : [])]
    case 'allow':
    case 'deny':
    case 'log':
      return at(
        rest,
        [['in', 'out'], services],
        [...peers(word, known), ...(verb === 'allow' ? RULE_KEYS : ['until='])],
      )
    case 'redirect': {
      const fallbacks = word.startsWith('fallback=') ? known.services.map((name) => `fallback=${name}`) : ['fallback=']
      const targets = [...known.services, 'unix:', 'tcp://', 'tls://', 'ws://', 'wss://']
      return at(rest, [services, targets], [...peers(word, known), 'percent=', ...fallbacks, 'until='])
    }
    case 'test':
      return at(rest, [['allow', 'deny'], ['in', 'out'], known.services], [...peers(word, known), 'rule=', 'target='])
    case 'default':
      return at(
        rest,
        [
          ['in', 'out'],
          ['allow', 'deny'],
        ],
        [],
      )
    default:
      return []
  }
}

function at(
  words: readonly string[],
  places: readonly (readonly string[])[],
  later: readonly string[],
): readonly string[] {
  return places[words.length] ?? later
}

function peers(word: string, { users, groups }: Known): readonly string[] {
  if (word.startsWith('user:')) return ['user:*', ...users.map((name) => `user:${name}`)]
  if (word.startsWith('group:')) return groups.map((name) => `group:${name}`)
  if (word.startsWith('origin:')) return ['origin:none', 'origin:https://']
  return word === '' ? ['*', ...PEERS] : PEERS
}
