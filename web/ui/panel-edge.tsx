import { messages } from '../messages.ts'

import styles from './side-panel.module.css'

const MIN = 360
const MAX = 900
const STEP = 40

/** The panel's left edge: drag it, or move it with the arrow keys. The width is kept in this browser. */
export function PanelEdge({ width, onChange }: { width: number; onChange: (width: number) => void }) {
  const set = (wanted: number) => {
    const next = Math.round(Math.min(MAX, Math.max(MIN, wanted)))
    onChange(next)
    try {
      localStorage.setItem('sockgate-panel-width', String(next))
    } catch {
      // Storage is switched off: it holds until the panel is closed.
    }
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={messages.panel.resize}
      aria-valuenow={width}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      tabIndex={0}
      className={styles.edge}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') set(width + STEP)
        if (event.key === 'ArrowRight') set(width - STEP)
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) set(window.innerWidth - event.clientX)
      }}
    />
  )
}
