import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Where a draft is settled: nobody wants to go back there when it is. */
export const settling: readonly string[] = ['/rules/review', '/rules/conflict']

let last = '/rules/firewall'

/** Remembers which page was left for the review. Called once, by what is on every page. */
export function useTrail(): void {
  const { href, pathname } = useLocation()
  useEffect(() => {
    if (!settling.includes(pathname)) last = href
  }, [href, pathname])
}

/** Address of the page that was shown before the review; the firewall when there was none. */
export function cameFrom(): string {
  return last
}
