import { OctagonX } from 'lucide-react'

import { causes } from '../../../shared/causes.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { formatCount } from '../../../shared/units.ts'
import { text } from '../../messages/overview.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { AppLink, connectionsPath, filterWord } from '../../ui/app-link.tsx'
import { oneLine } from '../../ui/one-line.ts'
import type { Flow, FlowLine } from './flow.ts'
import { ruleName } from './rule-name.ts'

import styles from './overview.module.css'

/** Lines shown; the rest is a number. */
const LINES_MAX = 30

/** What the picture shows, line by line. `plain`: without links, where it cannot be seen. */
export function FlowTable({ flow: { lines }, plain = false }: { flow: Flow; plain?: boolean }) {
  const { base } = useDraft()
  const { columns } = text
  return (
    <div {...(!plain && { className: styles.tableBox, tabIndex: 0, role: 'region', 'aria-label': text.flowTable })}>
      <table className={styles.table}>
        <caption>{text.flowTable}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.client}</th>
            <th scope="col">{columns.rule}</th>
            <th scope="col">{columns.service}</th>
            <th scope="col" data-right>
              {columns.open}
            </th>
            <th scope="col" data-right>
              {columns.refused}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, LINES_MAX).map((line) => (
            <Line
              key={`${line.client}\n${line.rule}\n${line.service}\n${line.cause ?? ''}`}
              line={line}
              document={base.document}
              plain={plain}
            />
          ))}
        </tbody>
      </table>
      {lines.length > LINES_MAX && <p className={styles.otherLines}>{text.otherLines(lines.length - LINES_MAX)}</p>}
    </div>
  )
}

function Line({ line, document, plain }: { line: FlowLine; document: PolicyDocument; plain: boolean }) {
  const { client, rule, service, open, refused, cause } = line
  const { name, detail } = ruleName(rule, document)
  const filter = [filterWord('client', client), filterWord('service', service), rule === '' ? '' : `rule:${rule}`]
  // Of a page the filter knows the origin.
  if (client.includes('://')) filter[0] = filterWord('origin', client)
  const number = (count: number, tab?: 'refused') =>
    count === 0 ? (
      <span className="dim">{text.none}</span>
    ) : plain ? (
      formatCount(count)
    ) : (
      <AppLink to={connectionsPath(filter.join(' ').trim(), tab)}>{formatCount(count)}</AppLink>
    )
  return (
    <tr>
      <td className={styles.client}>{oneLine(client)}</td>
      <td>
        {cause !== null && <OctagonX className={styles.stopIcon} size={14} aria-hidden="true" />}
        {cause === null || cause === 'policy-denied' ? name : causes[cause].title}
        {detail !== '' && (cause === null || cause === 'policy-denied') && <span className="dim"> {detail}</span>}
      </td>
      <td className={styles.client}>{oneLine(service)}</td>
      <td data-right className="num">
        {number(open)}
      </td>
      <td data-right className="num">
        {number(refused, 'refused')}
      </td>
    </tr>
  )
}
