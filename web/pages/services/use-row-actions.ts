import { useState } from 'react'

import type { ServiceInfo } from '../../../shared/connection.ts'
import type { ProbeAnswer } from '../../../shared/dashboard.ts'
import { text } from '../../messages/services.ts'
import { toast } from '../../toasts/toasts.tsx'
import { enableService, probeService } from './service-api.ts'

/** What became of the last thing done to a service, beside it. */
export type RowResult =
  | { readonly type: 'probing' }
  | { readonly type: 'probed'; readonly answer: ProbeAnswer }
  | { readonly type: 'failed'; readonly error: Error }

/** What is asked about before it is done. */
export interface Asked {
  readonly what: 'disable' | 'remove'
  readonly service: ServiceInfo
}

export interface RowActions {
  readonly resultOf: (name: string) => RowResult | undefined
  readonly probe: (name: string) => void
  readonly enable: (name: string) => void
  readonly dismiss: (name: string) => void
  readonly ask: (asked: Asked | null) => void
  readonly asked: Asked | null
}

/** What can be done to the services of a list, each with its result beside it. */
export function useRowActions(): RowActions {
  const [results, setResults] = useState<ReadonlyMap<string, RowResult>>(new Map())
  const [asked, ask] = useState<Asked | null>(null)
  const put = (name: string, result: RowResult | null) =>
    setResults((before) => {
      const after = new Map(before)
      if (result === null) after.delete(name)
      else after.set(name, result)
      return after
    })
  const probe = (name: string) => {
    if (results.get(name)?.type === 'probing') return
    put(name, { type: 'probing' })
    probeService(name).then(
      (answer) => put(name, { type: 'probed', answer }),
      (error: unknown) => put(name, { type: 'failed', error: error as Error }),
    )
  }
  const enable = (name: string) => {
    enableService(name).then(
      () => toast(text.enabled(name)),
      (error: unknown) => put(name, { type: 'failed', error: error as Error }),
    )
  }
  return { resultOf: (name) => results.get(name), probe, enable, dismiss: (name) => put(name, null), ask, asked }
}
