import { useEffect, useState } from 'react'

import { useSearchParam } from '../ui/use-search-param.ts'

/** The address follows what is typed this much later, in ms: each letter would be a step of the router. */
const LATER_MS = 250

/** Text of a field that is kept in the address: shown as it is typed, and followed when the address changes. */
export function useTypedParam(name: string): readonly [string, (value: string) => void] {
  const [param, setParam] = useSearchParam(name)
  const [state, setState] = useState({ typed: param, written: param, seen: param })
  if (state.seen !== param) {
    // What was written here comes back later; anything else was not typed in the field.
    setState({ ...state, seen: param, ...(param !== state.written && { typed: param, written: param }) })
  }
  const { typed, written } = state
  useEffect(() => {
    if (typed === written) return undefined
    const timer = setTimeout(() => {
      setState((now) => ({ ...now, written: typed }))
      setParam(typed)
    }, LATER_MS)
    return () => clearTimeout(timer)
  }, [typed, written, setParam])
  return [typed, (value) => setState((now) => ({ ...now, typed: value }))]
}
