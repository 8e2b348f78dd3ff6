import { useSearchParam } from './use-search-param.ts'

/** `UTC` when the address says `?tz=utc`; undefined for the viewer's own zone. */
export function useZone(): string | undefined {
  return useSearchParam('tz')[0] === 'utc' ? 'UTC' : undefined
}
