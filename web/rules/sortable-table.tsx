import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core'
import type { Announcements, DragEndEvent } from '@dnd-kit/core'
import { restrictToParentElement, restrictToVerticalAxis } from '@dnd-kit/modifiers'
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import type { HTMLAttributes, ReactNode } from 'react'

import { text } from '../messages/rules.ts'

interface SortableTableProps {
  /** Keys of the rows that can be moved, or moved to, in order. */
  readonly keys: readonly string[]
  readonly onMove: (key: string, over: string) => void
  readonly announcements: Announcements
  readonly children: ReactNode
}

/** Stands around a table whose rows can be dragged, by pointer or by Space and the arrow keys. */
export function SortableTable({ keys, onMove, announcements, children }: SortableTableProps) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const end = ({ active, over }: DragEndEvent) => {
    if (over !== null && over.id !== active.id) onMove(String(active.id), String(over.id))
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[restrictToVerticalAxis, restrictToParentElement]}
      onDragEnd={end}
      accessibility={{ announcements, screenReaderInstructions: { draggable: text.drag.instructions } }}
    >
      <SortableContext items={keys as string[]} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
    </DndContext>
  )
}

/** What the handle of a row needs to be one. */
export type Grip = HTMLAttributes<HTMLElement> & { readonly ref: (element: HTMLElement | null) => void }

interface SortableRowProps extends Omit<HTMLAttributes<HTMLTableRowElement>, 'children'> {
  readonly rowKey: string
  /** False: it gives way to others, but stays itself. */
  readonly movable: boolean
  readonly children: (grip: Grip | null) => ReactNode
}

/** A row within a `SortableTable`. */
export function SortableRow({ rowKey, movable, children, ...rest }: SortableRowProps) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: rowKey,
    disabled: { draggable: !movable, droppable: false },
  })
  const grip = movable ? { ref: setActivatorNodeRef, ...attributes, ...listeners } : null
  return (
    <tr
      {...rest}
      ref={setNodeRef}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      data-dragging={isDragging || undefined}
    >
      {children(grip)}
    </tr>
  )
}
