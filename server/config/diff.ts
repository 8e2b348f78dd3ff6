import { isDeepStrictEqual } from 'node:util'

import type { Config } from './config.ts'
import { optionList } from './options.ts'

/** What differs between two Configs, by option name as on the command line. */
export interface ConfigDiff {
  /** Changed, and takes effect now. */
  readonly applied: readonly string[]
  /** Changed in the file, but only a restart can apply it. */
  readonly restart: readonly string[]
}

/** Compares the Config in force with the one just read. Both lists are empty when nothing changed. */
export function diffConfig(before: Config, after: Config): ConfigDiff {
  const changed = optionList.filter(([key]) => !isDeepStrictEqual(before[key], after[key])).map(([, option]) => option)
  return {
    applied: changed.filter((option) => option.reload).map((option) => option.name),
    restart: changed.filter((option) => !option.reload).map((option) => option.name),
  }
}
