import { codecs } from '../codecs/index.ts'
import type { ServiceEntry } from '../services/service.ts'
import { checkDefinedName, parseTarget } from '../services/target.ts'
import { choice, count, flag, shown, size } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { didYouMean } from './nearest.ts'
import { ValueError } from './problem.ts'

/** One thing that can be said of a service. */
interface ServiceField {
  /** As written in the file and behind `--service`. */
  readonly name: string
  readonly property: keyof ServiceEntry
  readonly kind: Kind<unknown>
  readonly description: string
}

const target: Kind<string> = { placeholder: 'URI', read: (text) => parseTarget(text).uri }

const names = codecs.map((codec) => codec.name)

/** What can be said of a service, in the file under its name and behind `--service NAME=URI`. */
export const serviceFields: readonly ServiceField[] = [
  {
    name: 'target',
    property: 'target',
    kind: target,
    description: 'Where it listens: `unix:NAME` of the run dir, or `unix:/absolute/path`',
  },
  {
    name: 'codec',
    property: 'codec',
    kind: choice(names),
    description: 'Framing it speaks; otherwise that of `codec`',
  },
  {
    name: 'text',
    property: 'text',
    kind: flag,
    description: 'Clients get its messages as text unless they ask otherwise; `false` = binary',
  },
  {
    name: 'barrier',
    property: 'barrier',
    kind: flag,
    description: 'It takes one read for one message, so each is delivered on its own; otherwise as its codec needs',
  },
  {
    name: 'compression',
    property: 'compression',
    kind: flag,
    description: 'Offer permessage-deflate to its clients',
  },
  {
    name: 'half-close',
    property: 'halfClose',
    kind: flag,
    description: 'Go on sending to it after it has ended its own direction',
  },
  {
    name: 'max-message',
    property: 'maxMessageBytes',
    kind: size({ min: 1, max: 1024 ** 3 }),
    description: 'Longest message; otherwise that of `max-message`',
  },
  {
    name: 'max-connections',
    property: 'maxConnections',
    kind: count({ min: 1, max: 1_000_000 }),
    description: 'Most connections to it at a time; otherwise only the limit for all holds',
  },
]

/** The field of that name. @throws ValueError that names the nearest one, or all, when there is none */
export function serviceField(name: string): ServiceField {
  const field = serviceFields.find((candidate) => candidate.name === name)
  if (field !== undefined) return field
  const known = serviceFields.map((candidate) => candidate.name)
  throw new ValueError(
    `unknown key ${shown(name)} of a service.${didYouMean(name, known) || ` Known are ${known.join(', ')}.`}`,
  )
}

/**
 * Reads `--service`: `NAME=URI[,KEY=VALUE...]`.
 * @throws ValueError, ServiceError or UnitError with a sentence
 */
export function parseServiceOption(text: string): [string, ServiceEntry] {
  const equals = text.indexOf('=')
  if (equals < 0) {
    throw new ValueError(`${shown(text)} is not NAME=URI[,codec=...], such as pong=unix:/run/pong.sock,codec=libipc`)
  }
  const name = text.slice(0, equals)
  checkDefinedName(name)
  return [name, parseServiceEntry(text.slice(equals + 1))]
}

/**
 * Reads the short form of an entry: `URI[,KEY=VALUE...]`. A key alone means `true`, as in `unix:clock,codec=line,text`.
 * @throws ValueError, ServiceError or UnitError with a sentence
 */
export function parseServiceEntry(text: string): ServiceEntry {
  const [uri = '', ...settings] = text.split(',')
  const entry: ServiceEntry = { target: target.read(uri, '') }
  for (const setting of settings) {
    const [, key = '', value = 'true'] = /^([^=]*)(?:=(.*))?$/s.exec(setting) ?? []
    const field = serviceField(key)
    if (Object.hasOwn(entry, field.property)) throw new ValueError(`${shown(text)} says "${key}" twice`)
    try {
      Object.assign(entry, { [field.property]: field.kind.read(value, '') })
    } catch (error) {
      throw new ValueError(`${key}: ${(error as Error).message}`, { cause: error })
    }
  }
  return entry
}
