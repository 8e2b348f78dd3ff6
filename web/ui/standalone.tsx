import { Title } from '@mantine/core'
import { useEffect } from 'react'
import type { ReactNode } from 'react'

import { messages } from '../messages.ts'
import { Header } from './header.tsx'

interface StandaloneProps {
  readonly title: string
  readonly purpose?: string
  readonly children: ReactNode
}

/** A page of one card, for whoever is not in yet. */
export function Standalone({ title, purpose, children }: StandaloneProps) {
  useEffect(() => {
    document.title = messages.pageTitle(title)
    return () => {
      document.title = messages.product
    }
  }, [title])
  return (
    <>
      <Header />
      <main className="standalone">
        <div className="standalone-card">
          <div className="standalone-head">
            <Title order={1}>{title}</Title>
            {purpose !== undefined && <p className="dim">{purpose}</p>}
          </div>
          {children}
        </div>
      </main>
    </>
  )
}
