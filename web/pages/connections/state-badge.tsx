import { Circle, CircleDot, CircleOff, CircleSlash } from 'lucide-react'

import type { ConnectionState } from '../../../shared/connection.ts'
import { messages } from '../../messages.ts'

const icons = { open: CircleDot, closing: Circle, closed: CircleOff, refused: CircleSlash }

/** Word, shape and colour: none of them alone. Plain elements, as it is drawn for each row that scrolls by. */
export function StateBadge({ state }: { state: ConnectionState }) {
  const Icon = icons[state]
  return (
    <span className="state" data-state={state}>
      <Icon size={11} aria-hidden="true" />
      {messages.connections.states[state]}
    </span>
  )
}
