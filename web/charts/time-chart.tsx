import { Card, Switch, Title } from '@mantine/core'
import { useId, useState } from 'react'

import { text } from '../messages/charts.ts'
import { useZone } from '../ui/use-zone.ts'
import { Plot } from './plot.tsx'

import styles from './charts.module.css'

/** One line of a chart. */
export interface Line {
  readonly label: string
  /** As many as there are times. */
  readonly values: readonly number[]
}

interface TimeChartProps {
  readonly title: string
  /** One sentence: what is to be seen. */
  readonly hint: string
  /** Milliseconds since 1970, growing. */
  readonly times: readonly number[]
  /** At most two: the second is dashed, so that colour is not all that tells them apart. */
  readonly lines: readonly Line[]
  /** A value as people read it: `12 KiB/s`. */
  readonly format: (value: number) => string
}

/** Rows of the table form. */
const ROWS = 60

/** Values over time as lines, or as a table for who cannot see lines. */
export function TimeChart({ title, hint, times, lines, format }: TimeChartProps) {
  const [table, setTable] = useState(false)
  const heading = useId()
  return (
    <Card component="section" aria-labelledby={heading} className={styles.card}>
      <div className={styles.head}>
        <div>
          <Title order={2} id={heading}>
            {title}
          </Title>
          <p className="dim">{hint}</p>
        </div>
        <Switch
          size="sm"
          label={text.asTable}
          checked={table}
          onChange={(event) => setTable(event.currentTarget.checked)}
        />
      </div>
      <ul className={styles.legend}>
        {lines.map(({ label, values }, index) => (
          <li key={label}>
            <Mark index={index} />
            <span className="strong">{label}</span>
            <span className="num">{values.length === 0 ? '–' : format(values.at(-1)!)}</span>
            {values.length > 1 && <span className="dim num">{text.highest(format(Math.max(...values)))}</span>}
          </li>
        ))}
      </ul>
      {table ? (
        <ValueTable title={title} times={times} lines={lines} format={format} />
      ) : times.length < 2 ? (
        <p className={styles.waiting}>{text.waiting}</p>
      ) : (
        <Plot times={times} lines={lines} format={format} />
      )}
    </Card>
  )
}

/** The line as it is drawn, for the legend. */
function Mark({ index }: { index: number }) {
  return (
    <svg width="26" height="8" aria-hidden="true">
      <line
        x1="1"
        x2="25"
        y1="4"
        y2="4"
        stroke={index === 0 ? 'var(--chart-1)' : 'var(--chart-2)'}
        strokeWidth="2.5"
        strokeDasharray={index === 0 ? undefined : '6 4'}
      />
    </svg>
  )
}

type ValueTableProps = Pick<TimeChartProps, 'title' | 'times' | 'lines' | 'format'>

function ValueTable({ title, times, lines, format }: ValueTableProps) {
  const zone = useZone()
  const first = Math.max(0, times.length - ROWS)
  const rows = times
    .slice(first)
    .map((at, i) => ({ at, index: first + i }))
    .toReversed()
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
      <table className={styles.table}>
        <caption>{text.tableHint(rows.length)}</caption>
        <thead>
          <tr>
            <th scope="col">{text.time}</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, index }) => (
            <tr key={at}>
              <td>{new Date(at).toLocaleTimeString('en-GB', zone === undefined ? {} : { timeZone: zone })}</td>
              {lines.map(({ label, values }) => (
                <td key={label}>{format(values[index] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
