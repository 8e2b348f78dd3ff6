import { Button } from '@mantine/core'
import { Fragment, useState } from 'react'
import type { RefObject } from 'react'

import type { TestResult } from '../../../shared/api.ts'
import type { PolicyTest } from '../../../shared/policy/document.ts'
import { text } from '../../messages/tests.ts'
import { TestRow } from './test-row.tsx'
import type { TestActions } from './use-test-actions.ts'

import styles from './tests.module.css'

/** Rows that are shown before somebody asks for more. */
const SHOWN_MAX = 200

interface TestTableProps {
  readonly box: RefObject<HTMLDivElement | null>
  /** With their numbers, from 1. */
  readonly tests: readonly { readonly test: PolicyTest; readonly number: number }[]
  readonly results: ReadonlyMap<string, TestResult>
  /** Null: for who may not change them. */
  readonly actions: TestActions | null
  readonly onOpen: (id: string) => void
  readonly onExplain: (asked: string) => void
}

export function TestTable({ box, tests, results, actions, onOpen, onExplain }: TestTableProps) {
  const [current, setCurrent] = useState<string | null>(null)
  const [all, setAll] = useState(false)
  const shown = all ? tests : tests.slice(0, SHOWN_MAX)
  // The row that Tab goes to: that of the last focus, as long as it is there.
  const tabbed = shown.some(({ test }) => test.id === current) ? current : shown[0]?.test.id
  return (
    <div ref={box} className={styles.box}>
      <table className={styles.table} aria-label={text.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.number}>
              {text.columns.number}
            </th>
            <th scope="col">{text.columns.test}</th>
            <th scope="col" className={styles.result}>
              {text.columns.result}
            </th>
            <th scope="col" className={styles.tools}>
              <span className={styles.unseen}>{text.columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ test, number }) => (
            <Fragment key={test.id}>
              {test.caption !== undefined && (
                <tr className={styles.section}>
                  <th scope="rowgroup" colSpan={4}>
                    {test.caption}
                  </th>
                </tr>
              )}
              <TestRow
                test={test}
                number={number}
                result={results.get(test.id)}
                current={test.id === tabbed}
                actions={actions}
                onFocus={setCurrent}
                onOpen={onOpen}
                onExplain={onExplain}
              />
            </Fragment>
          ))}
        </tbody>
      </table>
      {shown.length < tests.length && (
        <p className={styles.more}>
          <Button variant="default" size="xs" onClick={() => setAll(true)}>
            {text.more(tests.length - shown.length)}
          </Button>
        </p>
      )}
    </div>
  )
}
