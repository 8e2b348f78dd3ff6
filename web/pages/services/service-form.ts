import type { ServiceBody } from '../../../shared/api.ts'
import { checkServiceName } from '../../../shared/service-name.ts'
import { formatSize, parseCount, parseSize, UnitError } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/services.ts'

/** What stands in the fields of a service's form. */
export interface ServiceFields {
  readonly name: string
  readonly target: string
  /** Empty for the gateway's default. */
  readonly codec: string
  readonly text: boolean
  readonly halfClose: boolean
  readonly compression: boolean
  readonly maxMessage: string
  readonly maxConnections: string
}

/** A sentence for each field that is wrong; `form` is about none of them. */
export type ServiceFaults = { readonly [name in keyof ServiceFields | 'form']?: string }

export const emptyFields: ServiceFields = {
  name: '',
  target: '',
  codec: '',
  text: false,
  halfClose: false,
  compression: false,
  maxMessage: '',
  maxConnections: '',
}

const CONNECTIONS_MAX = 1_000_000

/** Fields that say what an entry says. */
export function fieldsOf(name: string, entry: ServiceBody): ServiceFields {
  const { maxMessage = '', maxConnections = '' } = entry
  return {
    name,
    target: entry.target,
    codec: entry.codec ?? '',
    text: entry.text ?? false,
    halfClose: entry.halfClose ?? false,
    compression: entry.compression ?? false,
    maxMessage: typeof maxMessage === 'number' ? formatSize(maxMessage) : maxMessage,
    maxConnections: String(maxConnections),
  }
}

/**
 * The entry that the fields say, or what is wrong with them. What the form does not show (`barrier`) is kept as in
 * `before`; the gateway judges the rest, such as whether it can reach the target.
 */
export function bodyOf(
  fields: ServiceFields,
  before: ServiceBody | null,
): { readonly body: ServiceBody | null; readonly faults: ServiceFaults } {
  const faults = faultsOf(fields)
  if (Object.keys(faults).length > 0) return { body: null, faults }
  const { target, codec, text: asText, halfClose, compression, maxMessage, maxConnections } = trimmed(fields)
  const body: ServiceBody = {
    target,
    ...(before?.barrier !== undefined && { barrier: before.barrier }),
    ...(codec !== '' && { codec }),
    ...(asText && { text: true }),
    ...(halfClose && { halfClose: true }),
    ...(compression && { compression: true }),
    ...(maxMessage !== '' && { maxMessage: parseSize(maxMessage) }),
    ...(maxConnections !== '' && { maxConnections: Number(maxConnections) }),
  }
  return { body, faults }
}

function faultsOf(fields: ServiceFields): ServiceFaults {
  const { name, target, maxMessage, maxConnections } = trimmed(fields)
  const wrongName = name === '' ? text.form.noName : checkServiceName(name)
  const wrongSize = maxMessage === '' ? null : problemOf(() => parseSize(maxMessage))
  const wrongCount = maxConnections === '' || isCount(maxConnections) ? null : text.form.badCount
  return {
    ...(wrongName !== null && { name: messages.sentence(wrongName) }),
    ...(target === '' && { target: text.form.noTarget }),
    ...(target !== '' && !/^[a-z][a-z0-9+.-]*:./i.test(target) && { target: text.form.badTarget }),
    ...(wrongSize !== null && { maxMessage: messages.sentence(wrongSize) }),
    ...(wrongCount !== null && { maxConnections: wrongCount }),
  }
}

function trimmed(fields: ServiceFields): ServiceFields {
  const { name, target, maxMessage, maxConnections } = fields
  return {
    ...fields,
    name: name.trim(),
    target: target.trim(),
    maxMessage: maxMessage.trim(),
    maxConnections: maxConnections.trim(),
  }
}

function isCount(value: string): boolean {
  const problem = problemOf(() => parseCount(value))
  return problem === null && Number(value) >= 1 && Number(value) <= CONNECTIONS_MAX
}

function problemOf(read: () => number): string | null {
  try {
    read()
    return null
  } catch (error) {
    if (error instanceof UnitError) return error.message
    throw error
  }
}

/** Which field a refusal of the gateway is about, by the words of its sentence. */
export function fieldOf(detail: string): keyof ServiceFaults {
  if (/max-?message/i.test(detail)) return 'maxMessage'
  if (/max-?connections/i.test(detail)) return 'maxConnections'
  if (/codec/i.test(detail)) return 'codec'
  if (/target/i.test(detail)) return 'target'
  return /service name|part of a service/i.test(detail) ? 'name' : 'form'
}
