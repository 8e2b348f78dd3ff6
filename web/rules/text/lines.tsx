import { memo } from 'react'

import type { PolicyProblem } from '../../../shared/policy/document.ts'
import { paint } from './paint.ts'

import styles from './text.module.css'

/** Lines that are drawn at once; more than a tall screen shows, with some above. */
const DRAWN = 120
const ABOVE = 20

interface LinesProps {
  readonly lines: readonly string[]
  /** First one in sight, from 0. */
  readonly first: number
  readonly problems: readonly PolicyProblem[]
}

/** What stands behind the field: numbers, colours, and what is wrong. Only lines that are near are drawn. */
export const Lines = memo(function Lines({ lines, first, problems }: LinesProps) {
  const from = Math.max(0, first - ABOVE)
  const drawn = lines.slice(from, from + DRAWN)
  const byLine = new Map<number, PolicyProblem[]>()
  for (const problem of problems) {
    if (problem.line === undefined) continue
    byLine.set(problem.line, [...(byLine.get(problem.line) ?? []), problem])
  }
  return (
    <>
      <div className={styles.paper} aria-hidden="true">
        {drawn.map((line, at) => {
          const number = from + at + 1
          const found = byLine.get(number) ?? []
          return (
            <div key={number} className={styles.line} style={{ '--at': number - 1 } as React.CSSProperties}>
              {paint(line).map(({ text, kind }, piece) => (
                // oxlint-disable-next-line react/no-array-index-key -- pieces of one line have nothing else
                <span key={piece} data-kind={kind}>
                  {text}
                </span>
              ))}
              {found.map(({ column = 1, message }) => (
                <span
                  key={`${column} ${message}`}
                  className={styles.wrong}
                  style={
                    {
                      '--from': column - 1,
                      '--length': Math.max(1, /^\S*/.exec(line.slice(column - 1))![0].length),
                    } as React.CSSProperties
                  }
                />
              ))}
            </div>
          )
        })}
      </div>
      <div className={styles.gutter} aria-hidden="true">
        {drawn.map((_, at) => {
          const number = from + at + 1
          const found = byLine.get(number)
          return (
            <span
              key={number}
              style={{ '--at': number - 1 } as React.CSSProperties}
              data-wrong={found !== undefined || undefined}
              title={found?.map(({ message }) => message).join('\n')}
            >
              {found === undefined ? '' : '● '}
              {number}
            </span>
          )
        })}
      </div>
    </>
  )
})
