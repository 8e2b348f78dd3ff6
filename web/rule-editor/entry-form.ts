import type { FirewallRule, Redirect, RedirectInput, RuleInput } from '../../shared/policy/document.ts'
import { PolicyError, redirectSchema, ruleSchema } from '../../shared/policy/document.ts'
import { formatRedirect, formatRule } from '../../shared/policy/line-format.ts'
import { parseLine } from '../../shared/policy/line-parse.ts'
import { text as messages } from '../messages/rule-editor.ts'
import type { Entry, ListName } from '../rules/entry.ts'
import type { Fault } from './faults.ts'

/** A rule as the form shows it: complete, but it need not be right. Without id and caption, which no form changes. */
export type RuleValue = Omit<FirewallRule, 'id' | 'caption'>
export type RedirectValue = Omit<Redirect, 'id' | 'caption'>
export type EntryValue = RuleValue | RedirectValue

/** Form and line, which say the same as long as there is no fault in the line. */
export interface Editing {
  readonly value: EntryValue
  readonly line: string
  readonly faults: readonly Fault[]
}

export function isRuleValue(value: EntryValue): value is RuleValue {
  return 'action' in value
}

const fresh: Readonly<Record<ListName, EntryValue>> = {
  rules: { enabled: true, action: 'allow', direction: 'in', service: '', peer: '*', note: '' },
  redirects: { enabled: true, from: '', to: '', peer: '*', note: '' },
}

/** What the form of a new entry shows. */
export function freshEditing(list: ListName): Editing {
  return byForm(fresh[list])
}

/** What the form of an entry shows. */
export function editingOf(entry: Entry): Editing {
  const { id: _, caption: __, ...value } = entry
  return byForm(value as EntryValue)
}

/** After a change in the form: the line follows. */
export function byForm(value: EntryValue): Editing {
  return { value, line: isComplete(value) ? lineOf(value) : '', faults: faultsOf(value) }
}

/** After a change in the line: the form follows, when the line is right. */
export function byLine(list: ListName, line: string, before: EntryValue): Editing {
  try {
    const parsed = parseLine(line)
    if (parsed.list === 'rules' && list === 'rules')
      return { value: valueOf(ruleSchema.parse(parsed.value)), line, faults: [] }
    if (parsed.list === 'redirects' && list === 'redirects') {
      return { value: valueOf(redirectSchema.parse(parsed.value)), line, faults: [] }
    }
    return { value: before, line, faults: [{ field: '', column: 1, message: messages.line.wrongList[list] }] }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const faults = error.problems.map(({ pointer, column = 1, message }) => ({
      field: pointer.split('/')[3] ?? '',
      column,
      message,
    }))
    return { value: before, line, faults }
  }
}

function valueOf(input: RuleInput | RedirectInput): EntryValue {
  const { id: _, caption: __, ...value } = input
  return value as EntryValue
}

/** The entry that the form makes. @throws ZodError unless there is no fault */
export function entryOf(value: EntryValue, id: string, caption: string | undefined): Entry {
  const kept = caption === undefined ? {} : { caption }
  if (isRuleValue(value)) return { ...ruleSchema.parse({ ...value, ...kept }), id }
  return { ...redirectSchema.parse({ ...value, ...kept }), id }
}

export function lineOf(value: EntryValue): string {
  return isRuleValue(value) ? formatRule(value) : formatRedirect(value)
}

/** Whether all that must be there is there, so that a line can say it. */
function isComplete(value: EntryValue): boolean {
  return isRuleValue(value) ? value.service !== '' : value.from !== '' && value.to !== ''
}

function faultsOf(value: EntryValue): Fault[] {
  const result = isRuleValue(value) ? ruleSchema.safeParse(value) : redirectSchema.safeParse(value)
  if (result.success) return []
  return result.error.issues.map(({ path, message }) => {
    const field = path.map(String).join('/')
    const empty = (value as Readonly<Record<string, unknown>>)[field] === ''
    return { field, column: null, message: empty ? missing(field) : message }
  })
}

const missing = (field: string): string => (field === 'to' ? messages.missing.to : messages.missing.service)
