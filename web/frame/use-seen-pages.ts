import { atLeast } from '../../shared/roles.ts'
import type { Page } from '../pages/page.ts'
import { useAccount } from '../session/use-session.ts'

/** Pages of the navigation that this account may see. */
export function useSeenPages(pages: readonly Page[]): readonly (Page & { readonly nav: NonNullable<Page['nav']> })[] {
  const { role } = useAccount()
  return pages.filter(
    (page): page is Page & { nav: NonNullable<Page['nav']> } =>
      page.nav !== null && atLeast(role, page.nav.role ?? 'client'),
  )
}
