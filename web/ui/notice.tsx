import type { ReactNode } from 'react'

interface NoticeProps {
  readonly tone: 'warning' | 'error'
  readonly icon: ReactNode
  readonly title: string
  /** Stays in sight while the page scrolls. */
  readonly sticky?: boolean
  readonly children: ReactNode
}

/** Something to know that stays until it is no longer so. Errors interrupt a screen reader, warnings wait. */
export function Notice({ tone, icon, title, sticky, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} data-sticky={sticky} role={tone === 'error' ? 'alert' : 'status'}>
      <span aria-hidden="true">{icon}</span>
      <div>
        <p className="strong">{title}</p>
        {children}
      </div>
    </div>
  )
}
