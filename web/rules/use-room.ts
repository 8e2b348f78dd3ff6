import { useLayoutEffect, useState } from 'react'
import type { RefObject } from 'react'

/** How much room the table has: a column for everything, columns of two lines, fewer of them, or cards of two lines. */
export type Room = 'broad' | 'wide' | 'medium' | 'narrow'

const BROAD_PX = 1380
const WIDE_PX = 1000
const MEDIUM_PX = 580

/** Measured, as a side panel may stand beside the table. */
export function useRoom(box: RefObject<HTMLElement | null>): Room {
  const [room, setRoom] = useState<Room>('wide')
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const measure = () => setRoom(roomFor(element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return room
}

function roomFor(width: number): Room {
  if (width >= BROAD_PX) return 'broad'
  if (width >= WIDE_PX) return 'wide'
  return width >= MEDIUM_PX ? 'medium' : 'narrow'
}
