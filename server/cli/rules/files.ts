import type { Command } from 'commander'

import type { PolicyPreview, PolicyState } from '../../../shared/api.ts'
import { noFixedRules, PolicyError, readDocument } from '../../../shared/policy/document.ts'
import type { PolicyDocument, PolicyProblem } from '../../../shared/policy/document.ts'
import { findings, loopProblems } from '../../../shared/policy/findings.ts'
import { compile } from '../../../shared/policy/policy.ts'
import { runTests } from '../../../shared/policy/run-tests.ts'
import { makeId } from '../../policy/ids.ts'
import { readPolicyText } from '../../policy/text.ts'
import type { AdminClient } from '../admin-client.ts'
import { adminClient, adminHelp, adminOptions } from '../admin-options.ts'
import { readText } from '../ask.ts'
import { printJson } from '../print.ts'
import { CliError } from '../shell.ts'
import type { Shell } from '../shell.ts'
import { problemLine, Refusal } from '../trouble.ts'
import { commitBody, commitOptions } from './commit-options.ts'
import type { CommitFlags } from './commit-options.ts'
import { versionNumber, versionOf, waiting } from './edit.ts'
import { obstacle, printCheck, printPreview } from './preview.ts'

type Flags = CommitFlags & {
  readonly data?: string
  readonly json?: true
  readonly dryRun?: true
  readonly ifVersion?: number
}

const applyNotes = (command: string, file: string) => `
It replaces all rules, redirects and tests. --dry-run has the exit status of the real thing: 1 when a test fails,
or when it would shut you out; 2 when the file is wrong.

Examples:
  sockgate ${command} ${file} --dry-run
  sockgate ${command} ${file} --confirm 60s`

export function addFiles(parent: Command, shell: Shell): void {
  const apply = parent
    .command('apply <FILE>')
    .description('Make the rules of a file (lines or YAML; - is standard input) the policy')
  addApplyTo(apply, shell, applyNotes('rules apply', 'policy.rules'))
  addExport(parent, shell)
  addCheck(parent, shell)
}

/** `sockgate import`, which is the same under the name that goes with `export`. */
export function addImport(program: Command, shell: Shell): void {
  const command = program
    .command('import <FILE>')
    .description('Make an exported file (YAML or lines; - is standard input) the policy')
  addApplyTo(command, shell, applyNotes('import', 'policy.yaml'))
}

function addApplyTo(command: Command, shell: Shell, notes: string): void {
  command
    .option('--dry-run', 'Only tell what it would do')
    .option('--if-version <N>', 'Only when this version is in force: nobody has changed it meanwhile', versionNumber)
  adminOptions(commitOptions(command))
    .addHelpText('after', adminHelp + notes)
    .action(async (file: string, flags: Flags) => {
      const text = await readText(shell, file)
      const client = adminClient(flags, shell)
      if (flags.dryRun) return tryOut(shell, client, { text, file, flags })
      const form = isYaml(text, file) ? { yaml: text } : { text }
      const ifMatch = flags.ifVersion === undefined ? {} : { ifMatch: `"${flags.ifVersion}"` }
      const body = { ...form, ...commitBody(flags) }
      const { value, etag } = await client.ask<object>('POST', '/policy/import', { body, ...ifMatch })
      if (flags.json) printJson(shell, value)
      else shell.stdout.write(`In force as ${versionOf(etag)}.\n${waiting(flags)}`)
    })
}

interface Draft {
  readonly text: string
  readonly file: string
  readonly flags: Flags
}

async function tryOut(shell: Shell, client: AdminClient, { text, file, flags }: Draft): Promise<void> {
  const { value: before } = await client.ask<PolicyDocument>('GET', '/policy')
  const { value: state } = await client.ask<PolicyState>('GET', '/policy/state')
  const document = parse(text, file, before)
  const { value } = await client.ask<PolicyPreview>('POST', '/policy/preview', { body: { document } })
  if (flags.json) printJson(shell, value)
  else if (value.problems.length === 0) printPreview(shell, value, { document, fixed: state.fixed })
  if (value.problems.length > 0) throw invalid(file, value.problems)
  const { current } = state
  if (flags.ifVersion !== undefined && flags.ifVersion !== current.version) {
    throw new CliError(`version ${current.version} is in force, by ${current.author}; not ${flags.ifVersion}`, 1)
  }
  const why = obstacle(value, flags)
  if (why !== null) throw new CliError(why, 1)
}

function addExport(parent: Command, shell: Shell): void {
  const command = parent
    .command('export')
    .description('Print the rules as lines, with ids and comments, as "rules apply" takes them')
  adminOptions(command)
    .addHelpText('after', `${adminHelp}\nExample:\n  sockgate rules export > policy.rules`)
    .action(async (flags: Flags) => {
      const client = adminClient(flags, shell)
      if (flags.json) printJson(shell, (await client.ask<object>('GET', '/policy')).value)
      else shell.stdout.write(await client.text('/policy/export?format=text'))
    })
}

function addCheck(parent: Command, shell: Shell): void {
  parent
    .command('check <FILE>')
    .description('Check a file of rules (lines or YAML; - is standard input) without a gateway')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      '\nExit status: 0 when it can be used and its tests pass, 1 when a test fails, 2 when it is wrong.\n' +
        '\nExample:\n  sockgate rules check policy.rules',
    )
    .action(async (file: string, flags: Flags) => {
      const document = parse(await readText(shell, file), file, null)
      const problems = loopProblems(document, noFixedRules)
      if (problems.length > 0) throw invalid(file, problems)
      const found = findings(document, noFixedRules, { now: Date.now() })
      const tests = runTests(compile(document, 0))
      const failed = tests.filter(({ pass }) => !pass)
      if (flags.json) printJson(shell, { findings: found, tests })
      else printCheck(shell, { document, found, tests })
      if (failed.length > 0) throw new CliError(`${failed.length} of ${tests.length} tests fail`, 1)
    })
}

/** @throws CliError with every problem, by line and column */
function parse(text: string, file: string, before: PolicyDocument | null): PolicyDocument {
  try {
    return readDocument(readPolicyText(text, isYaml(text, file) ? 'yaml' : 'text', before), makeId)
  } catch (error) {
    if (error instanceof PolicyError) throw invalid(file, error.problems)
    throw error
  }
}

function invalid(file: string, problems: readonly PolicyProblem[]): CliError {
  const name = file === '-' ? 'standard input' : file
  return new Refusal(
    [`${name} is no policy that can be used:`, ...problems.map(problemLine)].join('\n'),
    2,
    'policy-invalid',
  )
}

/** By its name; without one by its first line, which is a key in YAML and no rule begins so. */
function isYaml(text: string, file: string): boolean {
  if (/\.ya?ml$/i.test(file)) return true
  return file === '-' && /^(defaults|redirects|rules|tests|caption):/m.test(text)
}
