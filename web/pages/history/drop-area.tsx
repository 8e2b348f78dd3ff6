import { useState } from 'react'
import type { DragEvent, ReactNode } from 'react'

import { text } from '../../messages/history.ts'

import styles from './history.module.css'

interface DropAreaProps {
  /** Null: files are not taken. */
  readonly onFiles: ((files: readonly File[]) => unknown) | null
  readonly children: ReactNode
}

/** Takes files that are dropped on what is inside; the button beside does the same for who does not drag. */
export function DropArea({ onFiles, children }: DropAreaProps) {
  const [over, setOver] = useState(false)
  const dragged = (event: DragEvent) => {
    if (onFiles === null || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(true)
  }
  const left = (event: DragEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
  }
  const dropped = (event: DragEvent) => {
    if (onFiles === null || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(false)
    void onFiles([...event.dataTransfer.files])
  }
  return (
    <div className={styles.drop} data-over={over || undefined} onDragOver={dragged} onDragLeave={left} onDrop={dropped}>
      {children}
      {over && <p className={styles.dropHint}>{text.drop}</p>}
    </div>
  )
}
