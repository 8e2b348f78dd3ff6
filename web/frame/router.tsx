import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'

import type { Page } from '../pages/page.ts'
import { Frame } from './frame.tsx'
import { NoPage } from './no-page.tsx'
import { PageFailed } from './page-failed.tsx'

/**
 * The pages at their addresses, inside the frame. What a page shows is in the address as plain text
 * (`?filter=service:pong`), so that a link tells a colleague the same. Called once by `main.tsx`, and by tests.
 */
export function makeRouter(pages: readonly Page[]) {
  const root = createRootRoute({
    component: () => <Frame pages={pages} />,
    notFoundComponent: NoPage,
    errorComponent: PageFailed,
  })
  const routes = pages.map(({ path, load }) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component: lazyRouteComponent(async () => ({ Page: await load() }), 'Page'),
    }),
  )
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch,
  })
}

function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') params.set(name, `${value as string | number}`)
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
