import { useNavigate } from '@tanstack/react-router'

import { useKey } from '../../keys/use-key.ts'
import { useAccount } from '../../session/use-session.ts'
import type { RowActions } from './connection-row.tsx'

interface RowKeys {
  /** Id of the row that keys are about. */
  readonly current: string | null
  readonly actions: RowActions
  readonly move: (by: number) => void
  readonly pause: () => void
  readonly close: () => void
  /** What Esc does; null: nothing of the list. */
  readonly leave: (() => void) | null
  /** Whether a row is shown beside the list: then the brackets go to the next one. */
  readonly panelOpen: boolean
}

/** The keys of the list (UX 5). */
export function useRowKeys({ current, actions, move, pause, close, leave, panelOpen }: RowKeys): void {
  const navigate = useNavigate()
  const admin = useAccount().role === 'admin'
  const { onOpen, onTick, onWhy } = actions
  const there = current !== null
  useKey('next', () => move(1))
  useKey('previous', () => move(-1))
  useKey('pause', pause)
  useKey('open', () => onOpen(current!), there)
  useKey('why', () => onWhy(current!), there)
  useKey('tick', () => onTick?.(current!, false), there && onTick !== null)
  useKey('tickRange', () => onTick?.(current!, true), there && onTick !== null)
  useKey(
    'messages',
    () => void navigate({ to: `/connections/${current}`, search: { tab: 'messages' } }),
    there && admin,
  )
  useKey('close', close)
  useKey('nextDetail', () => move(1), panelOpen)
  useKey('previousDetail', () => move(-1), panelOpen)
  useKey('closePanel', () => leave?.(), leave !== null)
}
