import { OctagonX } from 'lucide-react'

import { causes } from '../../../shared/causes.ts'
import type { CauseCode } from '../../../shared/causes.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { formatCount } from '../../../shared/units.ts'
import { text } from '../../messages/overview.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { AppLink } from '../../ui/app-link.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { layoutFlow } from './flow-layout.ts'
import type { Band, Box } from './flow-layout.ts'
import type { Flow, FlowNode } from './flow.ts'
import { ruleName } from './rule-name.ts'

import styles from './overview.module.css'

const heads = [text.clients, text.rules, text.targets]

/**
 * Clients, what decided about them, and services, joined by bands as thick as their connections are many; refusals end
 * in the middle. For eyes and pointers only: a table tells the same to everybody else.
 */
export function FlowPicture({ flow }: { flow: Flow }) {
  const { height, columns, gaps } = layoutFlow(flow)
  const { base } = useDraft()
  const labels = (node: FlowNode) => labelOf(node, base.document)
  return (
    <div className={styles.flow} aria-hidden="true">
      {heads.map((head, i) => (
        <span key={head} className={styles.flowHead} style={{ gridColumn: 2 * i + 1 }}>
          {head}
        </span>
      ))}
      <Column boxes={columns[0]} height={height} labels={labels} />
      <Gap bands={gaps[0]} height={height} />
      <Column boxes={columns[1]} height={height} labels={labels} />
      <Gap bands={gaps[1]} height={height} />
      <Column boxes={columns[2]} height={height} labels={labels} />
    </div>
  )
}

function Gap({ bands, height }: { bands: readonly Band[]; height: number }) {
  return (
    <svg className={styles.bands} viewBox={`0 0 100 ${height}`} height={height} preserveAspectRatio="none">
      {bands.map(({ key, path, refused }) => (
        <path key={key} d={path} data-refused={refused || undefined} />
      ))}
    </svg>
  )
}

interface ColumnProps {
  readonly boxes: readonly Box[]
  readonly height: number
  readonly labels: (node: FlowNode) => Label
}

function Column({ boxes, height, labels }: ColumnProps) {
  return (
    <div className={styles.column} style={{ height }}>
      {boxes.map((box) => (
        <FlowBox key={box.node.key} box={box} label={labels(box.node)} />
      ))}
    </div>
  )
}

function FlowBox({ box: { node, top, height }, label: { name, detail } }: { box: Box; label: Label }) {
  const { kind, open, refused, path } = node
  const stop = kind === 'stop' || kind === 'stop-others'
  const title = text.node(detail === '' ? name : `${name} (${detail})`, open, refused)
  const props = { className: styles.box, style: { top, height }, title, 'data-stop': stop || undefined }
  const content = (
    <>
      {stop && <OctagonX size={15} />}
      <span className={styles.boxText}>
        <span className={styles.boxName}>{name}</span>
        {detail !== '' && <span className={styles.boxDetail}>{detail}</span>}
      </span>
      <span className={`${styles.boxCount} num`}>
        {(open > 0 || refused === 0) && <span>{formatCount(open)}</span>}
        {refused > 0 && <span data-refused>{text.refusedCount(refused)}</span>}
      </span>
    </>
  )
  // The table has these links for the keyboard.
  return path === null ? (
    <div {...props}>{content}</div>
  ) : (
    <AppLink to={path} tabIndex={-1} {...props}>
      {content}
    </AppLink>
  )
}

interface Label {
  readonly name: string
  readonly detail: string
}

function labelOf({ kind, name, members }: FlowNode, document: PolicyDocument): Label {
  switch (kind) {
    case 'client':
    case 'service':
      return { name: oneLine(name), detail: '' }
    case 'rule':
      return ruleName(name, document)
    case 'stop': {
      if (!name.startsWith('cause:')) return ruleName(name, document)
      return { name: causes[name.slice('cause:'.length) as CauseCode].title, detail: '' }
    }
    case 'client-others':
      return { name: text.others.client(members), detail: '' }
    case 'rule-others':
      return { name: text.others.rule(members), detail: '' }
    case 'stop-others':
      return { name: text.others.stop(members), detail: '' }
    case 'service-others':
      return { name: text.others.service(members), detail: '' }
  }
}
