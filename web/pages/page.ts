import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'

import type { Role } from '../../shared/api.ts'

/** An entry of the catalog: one address and what is shown there. */
export interface Page {
  /** Address, e.g. `/connections`, or `/connections/$id` with a parameter: lower-case words, no dots. */
  readonly path: string
  /** In the navigation, and in the browser's tab until the page itself says more. */
  readonly title: string
  /** Its code comes with the first visit. */
  readonly load: () => Promise<ComponentType>
  /** How it stands in the navigation; null for pages that are reached from others. */
  readonly nav: {
    readonly icon: LucideIcon
    /** Caption of the group it stands in, below one heading. */
    readonly group?: string
    /** The second key after `g`. */
    readonly key?: string
    /** Least role that sees it; everybody when left out. */
    readonly role?: Role
  } | null
}
