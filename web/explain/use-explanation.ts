import { keepPreviousData, useQuery } from '@tanstack/react-query'

import type { Explanation } from '../../shared/api.ts'
import type { FixedRules, PolicyDocument } from '../../shared/policy/document.ts'
import { send } from '../api/client.ts'
import type { Asked } from './asked.ts'

/** What the rules in force say, or said to a connection that was there. Asked again when they change. */
export function useExplanation(asked: Asked, version: number, enabled: boolean) {
  return useQuery({
    queryKey: ['/explain', asked, version],
    queryFn: async () => (await (await send('POST', '/explain', bodyOf(asked))).json()) as Explanation,
    enabled: enabled && asked.kind !== 'new',
    retry: false,
    placeholderData: keepPreviousData,
  })
}

function bodyOf(asked: Asked): object {
  if (asked.kind === 'known') return { requestId: asked.id }
  const { kind: _, ...invented } = asked as Extract<Asked, { kind: 'invented' }>
  return invented
}

/** What the draft's rules would say: found out here, as the gateway only knows those in force. */
export function useDraftExplanation(asked: Asked, document: PolicyDocument, fixed: FixedRules, enabled: boolean) {
  return useQuery({
    queryKey: ['draft-explain', asked, document, fixed],
    queryFn: () => explainDraft(asked, document, fixed),
    enabled: enabled && asked.kind === 'invented',
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
  })
}

/** @throws RangeError with a sentence when what is known can't be read */
async function explainDraft(asked: Asked, document: PolicyDocument, fixed: FixedRules): Promise<Explanation> {
  if (asked.kind !== 'invented') throw new RangeError('only an invented connection can be asked of a draft')
  const [{ compile }, { explain }, { parseFacts }] = await Promise.all([
    import('../../shared/policy/policy.ts'),
    import('../../shared/policy/explain.ts'),
    import('../../shared/policy/facts.ts'),
  ])
  const { request, now } = parseFacts(asked.direction, asked.service, asked.peer)
  return explain(compile(document, 0, fixed), request, now)
}
