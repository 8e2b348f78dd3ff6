import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'

/** An entry of the catalog. */
export interface Page {
  /** Address, e.g. `/connections`: lower-case words, no dots. */
  readonly path: string
  readonly title: string
  readonly icon: LucideIcon
  readonly component: ComponentType
}
