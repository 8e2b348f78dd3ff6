import { ActionIcon, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Maximize2, X } from 'lucide-react'
import { createContext, use, useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'

import { useKey } from '../keys/use-key.ts'
import { messages } from '../messages.ts'
import { PanelEdge } from './panel-edge.tsx'

import styles from './side-panel.module.css'

/** Where the frame lets panels stand: beside the content, or over it on narrow screens. */
export const PanelSlot = createContext<HTMLElement | null>(null)

interface SidePanelProps {
  readonly title: ReactNode
  readonly onClose: () => void
  /** The same as a page of its own. */
  readonly pagePath?: string
  /** Below the content, always in sight. */
  readonly foot?: ReactNode
  readonly children: ReactNode
}

/**
 * Details beside a list, which stays in sight and in use. Gets the focus when it opens; Esc closes it, and the focus
 * goes back to where it was. On narrow screens it covers the page.
 */
export function SidePanel({ title, onClose, pagePath, foot, children }: SidePanelProps) {
  const slot = use(PanelSlot)
  const heading = useId()
  const box = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(readWidth)
  useKey('closePanel', onClose)
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  useEffect(() => {
    const before = document.activeElement
    const panel = box.current
    panel?.focus()
    // Also from a field, where keys of the page do not act; at the document, so that lists in the panel come first.
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (!panel?.contains(event.target as Node)) return
      event.preventDefault()
      close.current()
    }
    document.addEventListener('keydown', escape)
    return () => {
      document.removeEventListener('keydown', escape)
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  if (slot === null) return null
  return createPortal(
    <aside
      ref={box}
      className={styles.panel}
      style={{ '--panel-width': `${width}px` } as React.CSSProperties}
      aria-labelledby={heading}
      tabIndex={-1}
    >
      <PanelEdge width={width} onChange={setWidth} />
      <div className={styles.head}>
        <Title order={2} id={heading} className={styles.title}>
          {title}
        </Title>
        {pagePath !== undefined && (
          <ActionIcon
            component={Link}
            to={pagePath}
            variant="subtle"
            color="gray"
            size={30}
            aria-label={messages.panel.asPage}
          >
            <Maximize2 size={15} />
          </ActionIcon>
        )}
        <ActionIcon variant="subtle" color="gray" size={30} onClick={onClose} aria-label={messages.panel.close}>
          <X size={17} />
        </ActionIcon>
      </div>
      <div className={styles.body}>{children}</div>
      {foot !== undefined && <div className={styles.foot}>{foot}</div>}
    </aside>,
    slot,
  )
}

function readWidth(): number {
  try {
    return Number(localStorage.getItem('sockgate-panel-width')) || 480
  } catch {
    return 480
  }
}
