import { checkServiceName } from '../../shared/service-name.ts'
import { parseCount, parseSize, UnitError } from '../../shared/units.ts'
import type { ServiceEntry } from './service.ts'
import { parseTarget, quote, ServiceError } from './target.ts'

type Settings = Omit<ServiceEntry, 'target'>

/** What may follow the URI, and how its value is read. Spelled as in the file. */
const SETTINGS: Readonly<Record<string, (value: string | undefined) => Settings>> = {
  codec: (value) => ({ codec: some(value) }),
  text: (value) => ({ text: yes(value) }),
  barrier: (value) => ({ barrier: yes(value) }),
  compression: (value) => ({ compression: yes(value) }),
  halfClose: (value) => ({ halfClose: yes(value) }),
  maxMessageBytes: (value) => ({ maxMessageBytes: parseSize(some(value)) }),
  maxConnections: (value) => ({ maxConnections: parseCount(some(value)) }),
}

/**
 * Reads `--service NAME=URI[,codec=NAME][,text][,halfClose=false]...`. A setting without a value means true. A path that
 * holds a comma can be given in the file. Whether the codec exists is for the caller to check: it has the catalog.
 * @throws ServiceError
 */
export function parseServiceOption(text: string): [name: string, entry: ServiceEntry] {
  const equals = text.indexOf('=')
  if (equals < 0)
    throw new ServiceError(`${quote(text)} is no service: write NAME=URI, such as pong=unix:/run/pong.sock`)
  const name = text.slice(0, equals)
  checkDefinedName(name)
  const [uri, ...settings] = text.slice(equals + 1).split(',')
  let entry: ServiceEntry = { target: parseTarget(uri!).uri }
  const seen = new Set<string>()
  for (const setting of settings) {
    const [key, value] = cutAt(setting, '=')
    if (seen.has(key)) throw new ServiceError(`service ${quote(name)} sets ${key} twice`)
    seen.add(key)
    entry = { ...entry, ...readSetting(name, key, value) }
  }
  return [name, entry]
}

/** A name that an administrator defines: as any service's, and not where the gateway itself answers. @throws ServiceError */
export function checkDefinedName(name: string): void {
  const wrong = checkServiceName(name)
  if (wrong !== null) throw new ServiceError(`${quote(name)} can't be a service: ${wrong}`)
  if (name === '-' || name.startsWith('-/'))
    throw new ServiceError(`${quote(name)} can't be a service: "/-/" is the gateway's own`)
}

function readSetting(name: string, key: string, value: string | undefined): Settings {
  const read = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined
  if (read === undefined) {
    throw new ServiceError(
      `service ${quote(name)} has no setting ${quote(key)}; there are ${Object.keys(SETTINGS).join(', ')}`,
    )
  }
  try {
    return read(value)
  } catch (error) {
    if (error instanceof ServiceError || error instanceof UnitError) {
      throw new ServiceError(`service ${quote(name)}, ${key}: ${error.message}`, { cause: error })
    }
    throw error
  }
}

function some(value: string | undefined): string {
  if (value === undefined || value === '') throw new ServiceError('a value is missing behind "="')
  return value
}

function yes(value: string | undefined): boolean {
  if (value === undefined || value === 'true') return true
  if (value === 'false') return false
  throw new ServiceError(`${quote(value)} is neither true nor false`)
}

function cutAt(text: string, separator: string): [before: string, behind: string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
