import { Link } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

interface AppLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** Address of a page with what it is to show: `/connections?filter=service:pong`. */
  readonly to: string
  readonly ref?: Ref<HTMLAnchorElement>
}

/** A link to a page of ours by its whole address, query included; also as the `component` of a button. */
export function AppLink({ to, ...rest }: AppLinkProps) {
  const [path = '', query = ''] = to.split('?')
  // The router's types know no addresses, as pages come from a catalog, and leave no attribute undefined.
  const search = Object.fromEntries(new URLSearchParams(query)) as never
  return <Link to={path} search={search} {...(rest as object)} />
}

/** Address of connections that a filter finds. @param tab `refused`, `closed`; open ones when left out */
export function connectionsPath(filter: string, tab?: 'closed' | 'refused'): string {
  const search = new URLSearchParams({ ...(tab !== undefined && { tab }), ...(filter !== '' && { filter }) })
  return search.size === 0 ? '/connections' : `/connections?${search}`
}

/** A value as the filter takes it: in quotes where it holds blanks or what has a meaning. */
export function filterWord(name: string, value: string): string {
  return /^[^\s":<>*]+$/.test(value) ? `${name}:${value}` : `${name}:"${value}"`
}

/** Address of a service's page; a slash in the name is written `%2F`. */
export function servicePath(name: string): string {
  return `/services/${encodeURIComponent(name)}`
}
