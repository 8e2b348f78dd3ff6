import type { ReactNode } from 'react'

interface NoticeProps {
  readonly tone: 'info' | 'warning' | 'error'
  readonly icon: ReactNode
  readonly title: ReactNode
  /** Stays in sight while the page scrolls. */
  readonly sticky?: boolean
  /** Buttons at its end. */
  readonly actions?: ReactNode
  /** True when something else tells screen readers. */
  readonly silent?: boolean
  readonly children?: ReactNode
}

/** Something to know that stays until it is no longer so. Errors interrupt a screen reader, the rest waits. */
export function Notice({ tone, icon, title, sticky, actions, silent, children }: NoticeProps) {
  const role = tone === 'error' ? 'alert' : 'status'
  return (
    <div className="notice" data-tone={tone} data-sticky={sticky} role={silent ? undefined : role}>
      <span aria-hidden="true">{icon}</span>
      <div className="notice-text">
        <p className="strong">{title}</p>
        {children}
      </div>
      {actions !== undefined && <div className="notice-actions">{actions}</div>}
    </div>
  )
}
