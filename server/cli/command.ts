import type { Command } from 'commander'

import type { Shell } from './shell.ts'

/** A subcommand. Its action throws CliError when it fails; when it returns, the exit status is 0. */
export interface CommandEntry {
  readonly name: string
  /** Adds name, description, options, an example and the action. */
  add(program: Command, shell: Shell): void
}
