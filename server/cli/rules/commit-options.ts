import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'

import { EXISTING } from '../../../shared/api.ts'
import type { Existing } from '../../../shared/api.ts'
import { parseDuration } from '../../../shared/units.ts'

/** How a change of the rules is made. */
export interface CommitFlags {
  readonly existing: Existing
  readonly drainOver?: string
  readonly confirm?: string
  readonly comment?: string
  readonly override?: string
}

/** Adds what every command takes that changes the rules. */
export function commitOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--existing <WHAT>', 'Open connections that lose their right').choices([...EXISTING]).default('keep'),
    )
    .option('--drain-over <DURATION>', 'With --existing drain: close them one by one in this time', durationText)
    .option('--confirm <DURATION>', 'Go back by itself unless "rules confirm" follows within this time', durationText)
    .option('--comment <TEXT>', 'Why, for the history')
    .option('--override <WHY>', 'Do it though tests of the policy fail')
}

/** As the API takes it, in a body. */
export function commitBody({ existing, drainOver, confirm, comment, override }: CommitFlags): Record<string, string> {
  return {
    existing,
    ...(drainOver !== undefined && { drainOver }),
    ...(confirm !== undefined && { confirmWithin: confirm }),
    ...(comment !== undefined && { comment }),
    ...(override !== undefined && { override }),
  }
}

/** The same as a query, for edits. */
export function commitQuery(flags: CommitFlags): string {
  return new URLSearchParams(commitBody(flags)).toString()
}

/** A duration as it is sent: `60s`. */
export function durationText(text: string): string {
  try {
    parseDuration(text)
    return text
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`)
  }
}
