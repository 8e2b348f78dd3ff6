import type { PolicyTest, TestInput } from '../../../shared/policy/document.ts'
import { PolicyError, testSchema } from '../../../shared/policy/document.ts'
import { formatTest } from '../../../shared/policy/line-format.ts'
import { parseLine } from '../../../shared/policy/line-parse.ts'
import { text } from '../../messages/tests.ts'
import type { Fault } from '../../rule-editor/faults.ts'

/** A test as the form shows it: complete, but it need not be right. Without id and caption, which no form changes. */
export type TestValue = Omit<PolicyTest, 'id' | 'caption'>

/** Form and line, which say the same as long as there is no fault in the line. */
export interface TestEditing {
  readonly value: TestValue
  readonly line: string
  readonly faults: readonly Fault[]
}

export const freshTest: TestValue = { expect: 'allow', direction: 'in', service: '', peer: '*', note: '' }

export function editingOf(test: PolicyTest): TestEditing {
  const { id: _, caption: __, ...value } = test
  return byForm(value)
}

/** After a change in the form: the line follows. */
export function byForm(value: TestValue): TestEditing {
  const result = testSchema.safeParse(value)
  const faults = result.success
    ? []
    : result.error.issues.map(({ path, message }) => {
        const field = path.map(String).join('/')
        const empty = field === 'service' && value.service === ''
        return { field, column: null, message: empty ? text.editor.missing : message }
      })
  return { value, line: value.service === '' ? '' : formatTest(value), faults }
}

/** After a change in the line: the form follows, when the line is right. */
export function byLine(line: string, before: TestValue): TestEditing {
  try {
    const parsed = parseLine(line)
    if (parsed.list === 'tests') return { value: valueOf(testSchema.parse(parsed.value)), line, faults: [] }
    return { value: before, line, faults: [{ field: '', column: 1, message: text.editor.wrongList }] }
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

function valueOf(input: TestInput): TestValue {
  const { id: _, caption: __, ...value } = input
  return value as TestValue
}

/** The test that the form makes. @throws ZodError unless there is no fault */
export function testOf(value: TestValue, id: string, caption: string | undefined): PolicyTest {
  return { ...testSchema.parse({ ...value, ...(caption !== undefined && { caption }) }), id }
}
