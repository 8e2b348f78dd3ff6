import styles from './overview.module.css'

interface ServiceBarProps {
  readonly up: number
  readonly down: number
  readonly unasked: number
  readonly disabled: number
}

/** Shares of services by state; the numbers stand beside it, so it is hidden from screen readers. */
export function ServiceBar(counts: ServiceBarProps) {
  const shown = (['up', 'unasked', 'disabled', 'down'] as const).filter((state) => counts[state] > 0)
  if (shown.length === 0) return null
  return (
    <span className={styles.shares} aria-hidden="true">
      {shown.map((state) => (
        <span key={state} data-state={state} style={{ flexGrow: counts[state] }} />
      ))}
    </span>
  )
}
