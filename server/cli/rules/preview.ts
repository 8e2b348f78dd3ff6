import type { ConnectionEffect, Finding, PolicyPreview, PolicyState, TestResult } from '../../../shared/api.ts'
import { noFixedRules } from '../../../shared/policy/document.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { formatCount } from '../../../shared/units.ts'
import { printTable } from '../print.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'
import { counted, oneLine } from '../text.ts'
import type { CommitFlags } from './commit-options.ts'
import { entryLines, failureLines, findingLines } from './entry-lines.ts'
import { printChanges } from './history.ts'

const effects: Readonly<Record<ConnectionEffect['effect'], string>> = {
  denied: 'would lose its right',
  redirected: 'would go elsewhere',
  allowed: 'would be let in',
}

const columns: readonly Column<ConnectionEffect>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'SERVICE', value: ({ service }) => service, min: 8, color: () => 'cyan' },
  { title: 'PEER', value: ({ peer }) => peer, min: 15, priority: 1 },
  { title: 'USER', value: ({ user }) => user ?? '', min: 6, priority: 2, optional: true },
  {
    title: 'EFFECT',
    value: ({ effect }) => effects[effect],
    color: ({ effect }) => (effect === 'denied' ? 'red' : 'yellow'),
  },
  { title: 'RULE', value: ({ rule }) => rule, priority: 3, color: () => 'dim' },
]

/** What a draft would do, when nothing is wrong with it. */
export function printPreview(
  shell: Shell,
  { changes, findings, tests, open, recent, lockout }: PolicyPreview,
  { document, fixed }: { readonly document: PolicyDocument; readonly fixed: PolicyState['fixed'] },
): void {
  const lines = entryLines(document, fixed)
  const out = (line: string) => shell.stdout.write(`${oneLine(line)}\n`)
  printChanges(shell, changes)
  for (const line of findingLines(findings, lines)) out(`note: ${line}`)
  for (const line of failureLines(tests, lines)) out(`test fails: ${line}`)
  if (lockout !== null) out(`warning: ${lockout}`)
  shell.stdout.write('\n')
  if (open.effects.length > 0) printTable(shell, columns, open.effects)
  out(
    `Open connections: ${formatCount(open.effects.length)} would change, ${formatCount(open.unchanged)} would not. ` +
      `For ${formatCount(recent.effects.length)} of the recent ones the answer would be another.`,
  )
}

/** Why a draft would not be taken; null when it would. */
export function obstacle({ tests, lockout }: PolicyPreview, { override, confirm }: CommitFlags): string | null {
  const failed = tests.filter(({ pass }) => !pass).length
  if (failed > 0 && override === undefined)
    return `${failed} of ${tests.length} tests fail; --override WHY does it anyway`
  if (lockout !== null && confirm === undefined) return 'it would shut you out, so it needs --confirm DURATION'
  return null
}

/** What is to be said about a file that can be used. */
export function printCheck(
  shell: Shell,
  {
    document,
    found,
    tests,
  }: { readonly document: PolicyDocument; readonly found: readonly Finding[]; readonly tests: readonly TestResult[] },
): void {
  const lines = entryLines(document, noFixedRules)
  const out = (line: string) => shell.stdout.write(`${oneLine(line)}\n`)
  for (const line of findingLines(found, lines)) out(`note: ${line}`)
  for (const line of failureLines(tests, lines)) out(`test fails: ${line}`)
  const passed = tests.filter(({ pass }) => pass).length
  const counts = [counted(document.rules.length, 'rule'), counted(document.redirects.length, 'redirect')]
  out(`${counts.join(', ')}${tests.length === 0 ? '' : `, ${passed} of ${counted(tests.length, 'test')} pass`}.`)
}
