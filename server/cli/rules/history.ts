import type { Command } from 'commander'

import type { PolicyChange, PolicyState, PolicyVersion } from '../../../shared/api.ts'
import { adminClient, adminHelp, adminOptions } from '../admin-options.ts'
import { printJson, printTable } from '../print.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'
import { oneLine } from '../text.ts'
import { commitBody, commitOptions } from './commit-options.ts'
import type { CommitFlags } from './commit-options.ts'
import { versionNumber, versionOf, waiting } from './edit.ts'
import { instant } from './show.ts'

type Flags = CommitFlags & { readonly data?: string; readonly json?: true }

const columns: readonly Column<PolicyVersion>[] = [
  { title: 'VERSION', align: 'right', value: ({ version }) => String(version), color: () => 'cyan' },
  { title: 'AT', value: ({ at }) => instant(at), color: () => 'dim' },
  { title: 'BY', value: ({ author }) => author, min: 6 },
  { title: 'HOW', value: ({ kind }) => kind, priority: 1 },
  { title: 'COMMENT', value: ({ comment }) => comment, min: 16 },
]

export function addHistory(parent: Command, shell: Shell): void {
  addConfirm(parent, shell)
  addRollback(parent, shell)
  addUndo(parent, shell)
  addRestore(parent, shell)
  addVersions(parent, shell)
}

function addConfirm(parent: Command, shell: Shell): void {
  const command = parent.command('confirm').description('Keep the change that waits for its confirmation')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules confirm`)
    .action(async (flags: Flags) => {
      const { value } = await adminClient(flags, shell).ask<PolicyState>('POST', '/policy/confirm')
      if (flags.json) printJson(shell, value)
      else shell.stdout.write(`Version ${value.current.version} stays.\n`)
    })
}

function addRollback(parent: Command, shell: Shell): void {
  const command = parent.command('rollback').description('Take back the change that waits, now')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules rollback`)
    .action(async (flags: Flags) => {
      const { value, etag } = await adminClient(flags, shell).ask<object>('POST', '/policy/rollback')
      if (flags.json) printJson(shell, value)
      else shell.stdout.write(`The old rules are back, as ${versionOf(etag)}.\n`)
    })
}

function addUndo(parent: Command, shell: Shell): void {
  const command = parent.command('undo').description('Take back the last change')
  adminOptions(commitOptions(command))
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules undo`)
    .action(async (flags: Flags) => {
      const body = commitBody(flags)
      const { value, etag } = await adminClient(flags, shell).ask<object>('POST', '/policy/undo', { body })
      if (flags.json) printJson(shell, value)
      else shell.stdout.write(`The rules are as before the last change, as ${versionOf(etag)}.\n${waiting(flags)}`)
    })
}

function addRestore(parent: Command, shell: Shell): void {
  const command = parent.command('restore').argument('<VERSION>', 'Number of a version', versionNumber)
  command.description('Make an earlier version the one in force again')
  adminOptions(commitOptions(command))
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules restore 41`)
    .action(async (version: number, flags: Flags) => {
      const path = `/policy/versions/${version}/restore`
      const { value, etag } = await adminClient(flags, shell).ask<object>('POST', path, { body: commitBody(flags) })
      if (flags.json) printJson(shell, value)
      else shell.stdout.write(`Version ${version} is in force again, as ${versionOf(etag)}.\n${waiting(flags)}`)
    })
}

function addVersions(parent: Command, shell: Shell): void {
  const command = parent.command('history').argument('[VERSION]', 'Show what this one changed', versionNumber)
  command.description('List the versions, newest first, or what one of them changed')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExamples:\n  sockgate rules history\n  sockgate rules history 12`)
    .action(async (version: number | undefined, flags: Flags) => {
      const client = adminClient(flags, shell)
      if (version === undefined) {
        const { value } = await client.ask<{ versions: PolicyVersion[] }>('GET', '/policy/versions')
        if (flags.json) printJson(shell, value.versions)
        else printTable(shell, columns, value.versions)
        return
      }
      const { value } = await client.ask<PolicyVersion & { changes: PolicyChange[] }>(
        'GET',
        `/policy/versions/${version}`,
      )
      if (flags.json) return printJson(shell, value)
      shell.stdout.write(
        `Version ${version}, by ${oneLine(value.author)} at ${instant(value.at)}: ${oneLine(value.comment)}\n`,
      )
      printChanges(shell, value.changes)
    })
}

/** A line or two per change, as diffs are written. */
export function printChanges(shell: Shell, changes: readonly PolicyChange[]): void {
  for (const { change, id, before, after } of changes) {
    if (change === 'moved') shell.stdout.write(`~ ${oneLine(after ?? id)}  (moved)\n`)
    else {
      if (before !== null) shell.stdout.write(`- ${oneLine(before)}\n`)
      if (after !== null) shell.stdout.write(`+ ${oneLine(after)}\n`)
    }
  }
  if (changes.length === 0) shell.stdout.write('No difference.\n')
}
