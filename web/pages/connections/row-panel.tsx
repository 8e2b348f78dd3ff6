import { Button } from '@mantine/core'
import { ListChecks } from 'lucide-react'

import { useLive, useLiveStore } from '../../live/use-live.ts'
import { text } from '../../messages/connections.ts'
import { oneLine } from '../../ui/one-line.ts'
import { SidePanel } from '../../ui/side-panel.tsx'
import { Facts } from '../connection/facts.tsx'
import { CauseCell, clientName } from './cells.tsx'
import { shownState, StateBadge } from './state-badge.tsx'

import styles from './connections.module.css'

interface RowPanelProps {
  readonly id: string
  readonly onClose: () => void
  readonly onWhy: (id: string) => void
  /** Null: it may not or can not be closed. */
  readonly onCloseConnection: ((id: string) => void) | null
}

/** One connection beside the list: its state and facts, as they change. */
export function RowPanel({ id, onClose, onWhy, onCloseConnection }: RowPanelProps) {
  useLive()
  const info = useLiveStore().find(id)?.info
  const title = info === undefined ? id : text.row(clientName(info), oneLine(info.service))
  return (
    <SidePanel
      title={title}
      onClose={onClose}
      pagePath={`/connections/${encodeURIComponent(id)}`}
      foot={
        <>
          <Button variant="default" leftSection={<ListChecks size={15} />} onClick={() => onWhy(id)}>
            {text.menuItems.why}
          </Button>
          {onCloseConnection !== null && info?.state === 'open' && (
            <Button color="red" variant="light" onClick={() => onCloseConnection(id)}>
              {text.menuItems.close}
            </Button>
          )}
        </>
      }
    >
      {info === undefined ? (
        <p className="dim">{text.forgotten}</p>
      ) : (
        <>
          <div className={styles.panelHead}>
            <StateBadge state={shownState(info)} />
            {info.ending !== null && <CauseCell info={info} />}
          </div>
          <Facts info={info} />
        </>
      )}
    </SidePanel>
  )
}
