import { useLayoutEffect, useMemo, useRef } from 'react'

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>

/** The same functions for as long as the component is shown, each doing what that of the latest rendering does. */
export function useStable<T extends Functions>(latest: T): T {
  const held = useRef(latest)
  useLayoutEffect(() => {
    held.current = latest
  })
  const names = Object.keys(latest).join(' ')
  return useMemo(() => {
    const call =
      (name: string) =>
      (...args: never[]) =>
        held.current[name]!(...args)
    return Object.fromEntries(names.split(' ').map((name) => [name, call(name)])) as T
  }, [names])
}
