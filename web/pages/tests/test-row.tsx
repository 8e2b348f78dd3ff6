import { ActionIcon, Menu } from '@mantine/core'
import { CircleCheck, CircleDashed, CircleX, EllipsisVertical, Pencil } from 'lucide-react'
import { memo } from 'react'

import type { TestResult } from '../../../shared/api.ts'
import type { PolicyTest } from '../../../shared/policy/document.ts'
import { writeAsked } from '../../explain/asked.ts'
import { text } from '../../messages/tests.ts'
import { AppLink } from '../../ui/app-link.tsx'
import { CodeSentence } from './code-sentence.tsx'
import { testSentence } from './test-words.ts'
import type { TestActions } from './use-test-actions.ts'

import styles from './tests.module.css'

interface TestRowProps {
  readonly test: PolicyTest
  readonly number: number
  /** Undefined: it has not been run yet. */
  readonly result: TestResult | undefined
  readonly current: boolean
  /** Null: for who may not change it. */
  readonly actions: TestActions | null
  readonly onFocus: (id: string) => void
  readonly onOpen: (id: string) => void
  readonly onExplain: (asked: string) => void
}

/** One test as a sentence, with what came out. */
export const TestRow = memo(function TestRow(props: TestRowProps) {
  const { test, number, result, current, actions, onFocus, onOpen, onExplain } = props
  const { id, expect, rule, target, note } = test
  const name = text.name(number)
  return (
    <tr
      data-id={id}
      tabIndex={current ? 0 : -1}
      aria-label={name}
      onFocus={() => onFocus(id)}
      onDoubleClick={() => onOpen(id)}
    >
      <td className={styles.number}>{number}</td>
      <td>
        <p className={styles.sentence}>
          <CodeSentence text={testSentence(test)} />{' '}
          <strong className={styles.must} data-expect={expect}>
            {text.must[expect]}
          </strong>{' '}
          {rule !== undefined && <CodeSentence text={text.must.by(rule)} />}{' '}
          {target !== undefined && <CodeSentence text={text.must.target(target)} />}
        </p>
        {result?.pass === false && (
          <p className={styles.failure}>
            {text.outcome(result.message)}{' '}
            <AppLink to={`/rules/tests?${new URLSearchParams({ explain: explainOf(test) })}`}>
              {text.menu.explain}
            </AppLink>
          </p>
        )}
        {note !== '' && <p className={styles.note}>{note}</p>}
      </td>
      <td className={styles.result}>
        <Result result={result} />
      </td>
      <td className={styles.tools}>
        <div>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={actions === null ? text.row.look(name) : text.row.edit(name)}
            onClick={() => onOpen(id)}
          >
            <Pencil size={15} />
          </ActionIcon>
          <Menu position="bottom-end" withinPortal shadow="md">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={28} aria-label={text.row.menu(name)}>
                <EllipsisVertical size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onExplain(explainOf(test))}>{text.menu.explain}</Menu.Item>
              {actions !== null && (
                <>
                  <Menu.Item onClick={() => actions.clone(id)}>{text.menu.clone}</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item onClick={() => actions.move(id, 'up')}>{text.menu.up}</Menu.Item>
                  <Menu.Item onClick={() => actions.move(id, 'down')}>{text.menu.down}</Menu.Item>
                  <Menu.Item onClick={() => actions.move(id, 'top')}>{text.menu.top}</Menu.Item>
                  <Menu.Item onClick={() => actions.move(id, 'end')}>{text.menu.end}</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item className={styles.danger} onClick={() => actions.remove(id)}>
                    {text.menu.remove}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        </div>
      </td>
    </tr>
  )
})

/** Value of `?explain=` for the connection of a test. */
export function explainOf({ direction, service, peer }: Pick<PolicyTest, 'direction' | 'service' | 'peer'>): string {
  return writeAsked({ kind: 'invented', direction, service, peer })
}

/** Word, shape and colour. */
export function Result({ result }: { result: TestResult | undefined }) {
  const state = result === undefined ? 'unknown' : result.pass ? 'pass' : 'fail'
  const Icon = { unknown: CircleDashed, pass: CircleCheck, fail: CircleX }[state]
  return (
    <span className={styles.badge} data-result={state}>
      <Icon size={15} strokeWidth={2.3} aria-hidden="true" />
      {text.results[state]}
    </span>
  )
}
