import { Option as Flag } from 'commander'
import type { Command } from 'commander'

import { readDocument } from '../../shared/policy/document.ts'
import { loopProblems } from '../../shared/policy/findings.ts'
import { startApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { configFlag, optionList } from '../config/options.ts'
import type { Option } from '../config/options.ts'
import { ConfigError } from '../config/problem.ts'
import { createLog } from '../log.ts'
import { systemdOf } from '../systemd.ts'
import { packageVersion } from '../version.ts'
import { renderBanner } from './banner.ts'
import type { CommandEntry } from './command.ts'
import { untilEnded } from './lifecycle.ts'
import { CliError, colorful } from './shell.ts'
import type { Shell } from './shell.ts'
import { explainStart } from './start-error.ts'

const notes = `
Durations are written 250ms, 25s, 5m, 1h or off; sizes 64KiB, 16MiB or in bytes.
The command line beats the environment, which beats the file.

Signals: SIGTERM and SIGINT close open connections in good order (1012), within
the drain timeout; a second one ends at once. SIGHUP reads the file again.
Exit status: 0 ended as asked, 1 failed while running, 2 wrong usage or options.

Examples:
  sockgate serve --demo
  sockgate serve --rundir /run/ipc --listen ws://0.0.0.0:8080 --host gate.example
  sockgate serve --service pong=unix:/run/pong.sock,codec=libipc
  sockgate serve --config /etc/sockgate.yaml`

/** `sockgate serve`: the gateway. */
export const serve: CommandEntry = {
  name: 'serve',
  add(program, shell) {
    const command = program
      .command('serve')
      .description('Run the gateway')
      .addOption(
        new Flag(`--${configFlag.name} <${configFlag.placeholder}>`, configFlag.description)
          .helpGroup('Files:')
          .argParser(gather),
      )
    for (const [, option] of optionList) command.addOption(flagOf(option))
    command.addHelpText('after', notes).action(async (_options: unknown, self: Command) => {
      const { env, cwd, uid } = shell
      const flags = flagsOf(self)
      const read = () => withoutCircles(loadConfig({ flags, env, cwd, uid }))
      await runGateway(shell, readOrExplain(read), read)
    })
  },
}

function flagOf(option: Option<unknown>): Flag {
  const { name, kind, description, group } = option
  const fallback = option.fallbackText ?? (Array.isArray(option.fallback) ? option.fallback.join(' ') : '')
  const variables = option.env === undefined ? '' : `; also from ${option.env.join(', then ')}`
  const repeat = option.takes === 'one' ? '' : '; repeatable'
  const about = kind.placeholder === '' ? description : `${description}${variables}${repeat} (default: ${fallback})`
  const flag = new Flag(`--${name}${kind.placeholder === '' ? '' : ` <${kind.placeholder}>`}`, about)
  return (kind.placeholder === '' ? flag : flag.argParser(gather)).helpGroup(`${group}:`)
}

function gather(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** What commander parsed, back by flag name; it names options in camel case. */
function flagsOf(command: Command): Record<string, string[]> {
  const flags: Record<string, string[]> = {}
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName())
    if (value !== undefined) flags[option.name()] = value === true ? ['true'] : (value as string[])
  }
  return flags
}

/** @throws ConfigError when the redirects of the options and the file alone lead in a circle */
function withoutCircles(config: Config): Config {
  const problems = loopProblems(readDocument({}, String), config.rules)
  if (problems.length === 0) return config
  throw new ConfigError(problems.map(({ message }) => ({ where: '--redirect', message })))
}

function readOrExplain(read: () => Config): Config {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message, 2, { cause: error })
    throw error
  }
}

async function runGateway(shell: Shell, config: Config, readConfig: () => Config): Promise<void> {
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat,
    terminal: shell.stderr.isTTY === true,
    color: colorful(shell.stderr, shell.env),
  })
  // From the start: a signal that comes while starting must not kill the process before it has cleaned up.
  const early = new AbortController()
  const onEarly = () => early.abort()
  shell.signals.on('SIGTERM', onEarly).on('SIGINT', onEarly).on('SIGHUP', ignore)
  const systemd = systemdOf(shell.env, process.pid)
  const app = await startApp({ config, log, readConfig, systemd }).catch((error: unknown) => {
    throw explainStart(error, config)
  })
  const onDrain = () => {
    if (shell.stdout.isTTY === true)
      shell.stdout.write('\nEnding: saying goodbye to every client. Ctrl-C again ends at once.\n')
  }
  const { signals } = shell
  const ended = untilEnded({ signals, drain: () => app.drain(), reload: () => app.reload(), onDrain })
  shell.signals.off('SIGTERM', onEarly).off('SIGINT', onEarly).off('SIGHUP', ignore)
  if (early.signal.aborted) shell.signals.emit('SIGTERM')
  else {
    const client = shell.env['npm_lifecycle_event'] === undefined ? 'websocketc' : 'npx websocketc'
    const color = colorful(shell.stdout, shell.env)
    const { rundir, demo } = config
    const banner = { version: packageVersion(), urls: app.urls, warnings: app.warnings, rundir, demo, client, color }
    shell.stdout.write(`${renderBanner(banner).join('\n')}\n`)
  }
  log.info({ end: await ended }, 'ended')
}

const ignore = () => undefined
