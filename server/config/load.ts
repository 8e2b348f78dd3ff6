import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { readConfig } from './config.ts'
import type { Config, ConfigSources } from './config.ts'
import type { ConfigFile } from './file.ts'
import { ConfigError } from './problem.ts'

/**
 * Reads the file that `--config` names and makes the Config of it; at start, and again on SIGHUP.
 * @throws ConfigError
 */
export function loadConfig(sources: Omit<ConfigSources, 'file'>): Config {
  const name = sources.flags['config']?.at(-1)
  return readConfig({ ...sources, file: name === undefined ? null : readText(resolve(sources.cwd, name), name) })
}

function readText(path: string, name: string): ConfigFile {
  try {
    // A text that is not UTF-8 must not pass as another one.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    return { path, name, text }
  } catch (error) {
    throw new ConfigError([{ where: '--config', message: `${path} ${whyUnreadable(error as NodeJS.ErrnoException)}` }])
  }
}

/** What follows the path in a sentence: `does not exist`. */
export function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'does not exist'
  if (error.code === 'EACCES') return 'may not be read by this user'
  if (error.code === 'EISDIR') return 'is a directory'
  if (error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8 text'
  return `cannot be read: ${error.message}`
}
