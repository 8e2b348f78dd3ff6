import { useMemo } from 'react'

import type { SettingsAnswer } from '../../../shared/dashboard.ts'
import { atLeast } from '../../../shared/roles.ts'
import { parseSize } from '../../../shared/units.ts'
import { useGet } from '../../data/use-get.ts'
import { useLive } from '../../live/use-live.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { useAccount } from '../../session/use-session.ts'
import type { CellContext } from './columns.tsx'
import { ruleNames } from './rule-names.ts'

/** What cells need to know of rules and limits. A part that can't be had is left out. */
export function useCellContext(): CellContext {
  const { document } = useDraft().base
  const fixed = useLive().policy?.fixed ?? null
  const { role } = useAccount()
  const { data } = useGet<SettingsAnswer>('/settings', { enabled: atLeast(role, 'admin') })
  const limit = data?.settings?.find(({ name }) => name === 'max-buffer')?.value
  return useMemo(() => ({ rules: ruleNames(document, fixed), queueLimit: readLimit(limit) }), [document, fixed, limit])
}

function readLimit(size: string | undefined): number | null {
  try {
    return size === undefined ? null : parseSize(size)
  } catch {
    return null
  }
}
