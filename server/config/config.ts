import { readFileValues } from './file.ts'
import type { ConfigFile } from './file.ts'
import { optionList } from './options.ts'
import type { Machine, Option, OptionKey, options } from './options.ts'
import { ConfigError } from './problem.ts'
import type { Problem } from './problem.ts'

type Values = { readonly [K in OptionKey]: ReturnType<(typeof options)[K]['collect']> }

/**
 * Everything the gateway is told at start, checked and frozen. Times in milliseconds, sizes in bytes; fits `Limits`.
 * `rundir` is null when `--demo` runs and nobody named a run dir: there are only the sample services then.
 */
export type Config = Omit<Values, 'rundir'> & {
  readonly rundir: string | null
  readonly configFile: string | null
  /** Who has set what; what is not in it has its default. */
  readonly sources: ReadonlyMap<OptionKey, SettingSource>
}

export type SettingSource = 'command line' | 'environment' | 'file'

/** What the Config is made of; gathered by `loadConfig`. */
export interface ConfigSources extends Machine {
  /** Values from the command line by option name without dashes, each as often as it was given; a flag is `true`. */
  readonly flags: Readonly<Record<string, readonly string[]>>
  readonly file: ConfigFile | null
  /** Working directory, from which relative paths of command line and environment start. */
  readonly cwd: string
}

/**
 * Command line beats environment beats file beats default. Does no I/O.
 * @throws ConfigError with every problem of every source, also of values that a stronger source replaces
 */
export function readConfig(sources: ConfigSources): Config {
  const { values: fromFile, problems: fileProblems } =
    sources.file === null
      ? { values: new Map<OptionKey, readonly unknown[]>(), problems: [] }
      : readFileValues(sources.file)
  const problems: Problem[] = [...fileProblems]
  const setBy = new Map<OptionKey, SettingSource>()
  const config: Record<string, unknown> = { configFile: sources.file?.path ?? null, sources: setBy }
  const demo =
    last(sources.flags['demo']) === 'true' ||
    (sources.flags['demo'] === undefined && fromFile.get('demo')?.[0] === true)

  for (const [key, option] of optionList) {
    const inFile = fromFile.get(key) ?? []
    const given = readGiven(option, sources, problems)
    if (given !== null) setBy.set(key, sources.flags[option.name] === undefined ? 'environment' : 'command line')
    else if (fromFile.has(key)) setBy.set(key, 'file')
    if (given !== null) config[key] = option.collect(together(option, given, inFile))
    else if (fromFile.has(key)) config[key] = option.collect(inFile)
    else config[key] = key === 'rundir' && demo ? null : option.collect(readFallback(option, sources, problems))
  }
  if (problems.length === 0) problems.push(...tlsProblems(config as Config))
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config) as Config
}

/** What is missing for TLS; what the files hold is seen when they are read. */
function tlsProblems({ listen, tlsCert, tlsKey, tlsClientCa }: Config): Problem[] {
  const secure = listen.find((uri) => uri.startsWith('wss:'))
  const need = secure === undefined ? tlsClientCa && '--tls-client-ca' : `--listen ${secure}`
  if (tlsCert === null && tlsKey === null) {
    return need
      ? [{ where: need, message: 'needs a certificate and its key: add --tls-cert FILE and --tls-key FILE' }]
      : []
  }
  if (tlsKey === null) return [{ where: '--tls-cert', message: 'the key is missing: add --tls-key FILE' }]
  if (tlsCert === null) return [{ where: '--tls-key', message: 'the certificate is missing: add --tls-cert FILE' }]
  return []
}

/** Of a name that both give the command line's holds, so that comes last; of rules the first that matches. */
function together({ takes, adds }: Option<unknown>, given: readonly unknown[], inFile: readonly unknown[]) {
  if (takes === 'map') return [...inFile, ...given]
  return adds ? [...given, ...inFile] : given
}

/** Values from command line or environment; null when neither names the option. */
function readGiven(option: Option<unknown>, sources: ConfigSources, problems: Problem[]): unknown[] | null {
  const { env, cwd } = sources
  const given = sources.flags[option.name]
  const variable = option.env?.find((name) => env[name])
  if (given !== undefined) {
    const texts = option.takes === 'one' ? given.slice(-1) : given
    return readEach(option, texts, `--${option.name}`, cwd, problems)
  }
  return variable === undefined ? null : readEach(option, [env[variable]!], variable, cwd, problems)
}

function readFallback(option: Option<unknown>, sources: ConfigSources, problems: Problem[]): unknown[] {
  const { fallback } = option
  if (typeof fallback !== 'function') return readEach(option, fallback, `--${option.name}`, sources.cwd, problems)
  try {
    return readEach(option, [fallback(sources)], `--${option.name}`, sources.cwd, problems)
  } catch (error) {
    problems.push({ where: `--${option.name}`, message: (error as Error).message })
    return []
  }
}

function readEach(option: Option<unknown>, texts: readonly string[], where: string, base: string, problems: Problem[]) {
  return texts.flatMap((text) => {
    try {
      return [option.kind.read(text, base)]
    } catch (error) {
      problems.push({ where, message: (error as Error).message })
      return []
    }
  })
}

const last = (texts: readonly string[] | undefined) => texts?.at(-1)
