import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'

import { ConfigError } from './config/problem.ts'

/** How the log is written; from the Config. */
export interface LogOptions {
  readonly level: string
  /** `auto` is pretty on a terminal, json elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty'
  /** Whether stderr is a terminal. */
  readonly terminal: boolean
  readonly color: boolean
}

/** Bytes of lines waiting for a stderr that nobody reads; newer ones are dropped, for logging must not stop the gateway. */
const WAITING_MAX = 4 * 1024 * 1024

/** Fields that hold secrets wherever a caller puts them. */
const SECRET_FIELDS = ['token', 'authorization', 'cookie', 'set-cookie', 'password']

/** Secrets inside other text: the token sub-protocol, an Authorization header, a token in a query. */
const SECRETS = /(\bsockgate\.bearer\.|\bBearer +|[?&](?:access_)?token=)[\w.~+/=%-]+/gi

/**
 * The log: one JSON object, or one readable line, per event, with ISO times, on stderr. No token gets through, whoever
 * logs it. Set `level` on the result to change it.
 * @param to for tests; stderr otherwise
 */
export function createLog({ level, format, terminal, color }: LogOptions, to?: DestinationStream): Logger {
  const readable = format === 'pretty' || (format === 'auto' && terminal)
  const anywhere = SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`])
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: anywhere, censor: '[redacted]' },
      hooks: { streamWrite: (line) => line.replace(SECRETS, '$1[redacted]') },
    },
    readable ? readableStream(to ?? pino.destination({ fd: 2, sync: true }), color) : (to ?? quickStderr()),
  )
}

/** What is wrong with a configuration is the reader's to mend: the sentences say it, and a stack has nothing to add. */
function describeError(error: Error): object {
  if (error instanceof ConfigError) return { type: error.name, message: error.message }
  return pino.stdSerializers.err(error)
}

function quickStderr(): DestinationStream {
  return pino.destination({ fd: 2, sync: false, maxLength: WAITING_MAX })
}

function readableStream(to: DestinationStream, color: boolean): DestinationStream {
  const format = prettyFactory({ colorize: color, translateTime: 'SYS:HH:MM:ss.l', singleLine: true })
  return { write: (line) => to.write(format(line)) }
}
