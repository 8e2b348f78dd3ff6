import { Gauge } from 'lucide-react'

import { messages } from '../messages.ts'
import { OverviewPage } from './overview/overview-page.tsx'
import type { Page } from './page.ts'

/** Catalog of pages, in the order of the navigation: one folder, one line. */
export const pages: readonly Page[] = [
  { path: '/', title: messages.overview.title, icon: Gauge, component: OverviewPage },
]
