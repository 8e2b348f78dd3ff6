import { useEffect } from 'react'
import type { RefObject } from 'react'

/** Esc in a field whose list is open closes the list, not the panel around it. */
export function useKeepOpen(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = box.current
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !(event.target instanceof HTMLElement)) return
      if (event.target.getAttribute('aria-expanded') === 'true') event.preventDefault()
    }
    element?.addEventListener('keydown', listen)
    return () => element?.removeEventListener('keydown', listen)
  }, [box])
}
