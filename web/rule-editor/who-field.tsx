import { TagsInput } from '@mantine/core'

import { conditions } from '../../shared/policy/conditions/index.ts'
import { text as messages } from '../messages/rule-editor.ts'
import { termProblem } from './terms.ts'

import styles from './rule-editor.module.css'

const text = messages.who

/** What has fields of its own, or needs none. */
const ELSEWHERE: readonly string[] = ['any', 'origin', 'time']

/** Sorts of conditions that stand in this field, as they are written. */
const kinds = conditions.filter(({ name }) => !ELSEWHERE.includes(name))

interface WhoFieldProps {
  readonly direction: 'in' | 'out'
  readonly who: readonly string[]
  readonly users: readonly string[]
  readonly groups: readonly string[]
  readonly onChange: (who: readonly string[]) => void
}

/** Who connects: conditions as pills, all of which must be so. */
export function WhoField({ direction, who, users, groups, onChange }: WhoFieldProps) {
  const problem = who.map((term) => ({ term, problem: termProblem(term) })).find((each) => each.problem !== null)
  const known = [...users.map((name) => `user:${name}`), ...groups.map((name) => `group:${name}`)]
  return (
    <>
      <TagsInput
        aria-label={text.label[direction]}
        placeholder={who.length === 0 ? text.placeholder : text.more}
        value={[...who]}
        onChange={onChange}
        data={[
          { group: text.groups.known, items: known },
          { group: text.groups.kinds, items: ['local', 'loopback'] },
        ]}
        limit={30}
        splitChars={[' ', ',']}
        acceptValueOnBlur
        error={problem?.problem ?? undefined}
        maxTags={16}
        clearable={false}
        comboboxProps={{ withinPortal: true }}
      />
      <TermHelp />
    </>
  )
}

function TermHelp() {
  return (
    <details className={styles.help}>
      <summary>{text.help}</summary>
      <p>{text.hint}</p>
      <dl>
        {kinds.map(({ name, example, summary }) => (
          <div key={name}>
            <dt className="mono">{example}</dt>
            <dd>{summary}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
