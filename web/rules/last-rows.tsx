import { ActionIcon, Menu } from '@mantine/core'
import { ArrowRight, Check, EllipsisVertical } from 'lucide-react'

import { text } from '../messages/rules.ts'
import { HitsCell } from './cells.tsx'
import type { HitCourse } from './hits.ts'
import { ActionBadge, DirectionWord, Lock } from './labels.tsx'
import type { Mark } from './marks.ts'
import type { Row } from './rows.ts'
import type { CommonProps } from './section-rows.tsx'
import type { Room } from './use-room.ts'

import styles from './rules.module.css'

interface DefaultRowProps extends CommonProps {
  readonly row: Row & { readonly kind: 'default' }
  readonly verdict: 'allow' | 'deny'
  readonly room: Room
  /** Columns in front of that of hits, behind number and switch; and behind it. */
  readonly before: number
  readonly after: number
  readonly editable: boolean
  readonly mark: Mark | undefined
  readonly hits: HitCourse | undefined
}

/** The built-in last rule, always there. */
export function DefaultRow(props: DefaultRowProps) {
  const { row, verdict, room, before, after, editable, mark, hits, index, tabbable, measure, actions } = props
  const { key, direction } = row
  const narrow = room === 'narrow'
  return (
    <tr
      ref={measure}
      data-key={key}
      data-index={index}
      data-kind="last"
      data-mark={mark}
      aria-rowindex={index + 2}
      tabIndex={tabbable ? 0 : -1}
    >
      <td className={styles.number}>
        <span>
          <Lock />
          {mark !== undefined && <span className={styles.mark}>{text.marks[mark]}</span>}
        </span>
      </td>
      <td colSpan={before}>
        <span className={styles.last}>
          <ActionBadge action={verdict} />
          <span className="strong">{text.defaults.title[verdict]}</span>
          <DirectionWord direction={direction} />
          {(room === 'broad' || room === 'wide') && <span className="dim">{text.defaults.note[direction]}</span>}
        </span>
      </td>
      {!narrow && (
        <td className={styles.end} data-column="hits">
          <HitsCell
            id={key}
            name={text.defaults.name(direction)}
            denies={verdict === 'deny'}
            hits={hits}
            fresh={false}
            as={room === 'medium' ? 'two-lines' : 'course'}
          />
        </td>
      )}
      <td className={styles.tools} colSpan={after + 1}>
        <span>{editable && <DefaultMenu direction={direction} verdict={verdict} actions={actions} />}</span>
      </td>
    </tr>
  )
}

function DefaultMenu({
  direction,
  verdict,
  actions,
}: Pick<DefaultRowProps, 'verdict' | 'actions'> & { direction: 'in' | 'out' }) {
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={text.defaults.menu(direction)}>
          <EllipsisVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['deny', 'allow'] as const).map((each) => (
          <Menu.Item
            key={each}
            leftSection={each === verdict ? <Check size={15} aria-hidden="true" /> : <span className={styles.noIcon} />}
            onClick={() => actions.setDefault(direction, each)}
          >
            {text.defaults.title[each]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The end of the redirects: what none of them matches. */
export function StraightRow({
  row,
  span,
  index,
  tabbable,
  measure,
}: CommonProps & { row: Row & { kind: 'straight' } }) {
  return (
    <tr
      ref={measure}
      data-key={row.key}
      data-index={index}
      data-kind="last"
      aria-rowindex={index + 2}
      tabIndex={tabbable ? 0 : -1}
    >
      <td className={styles.number}>
        <span>
          <Lock />
        </span>
      </td>
      <td colSpan={span - 1}>
        <span className={styles.last}>
          <ArrowRight size={14} aria-hidden="true" />
          <span className="strong">{text.straight.title}</span>
          <span className="dim">{text.straight.note}</span>
        </span>
      </td>
    </tr>
  )
}
