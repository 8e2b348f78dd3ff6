import { useEffect } from 'react'
import type { RefObject } from 'react'

const EVENTS = ['scroll', 'pointerenter', 'pointerleave', 'focusin', 'focusout'] as const

/** Reports whether somebody points at the box, has the focus in it, or has scrolled it down. */
export function useAttention(box: RefObject<HTMLElement | null>, report: (attention: boolean) => void): void {
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    // After the event, when the focus has arrived where it goes.
    const look = () =>
      queueMicrotask(() => {
        const inside = element.matches(':hover') || element.contains(document.activeElement)
        report(inside || element.scrollTop > 0)
      })
    for (const event of EVENTS) element.addEventListener(event, look, { passive: true })
    return () => {
      for (const event of EVENTS) element.removeEventListener(event, look)
    }
  }, [box, report])
}
