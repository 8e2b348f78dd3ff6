import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { diffDocuments } from '../../../shared/policy/diff.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { getJson } from '../../api/client.ts'
import { saveFile } from '../../conversation/save-file.ts'
import { text } from '../../messages/history.ts'
import type { DraftStore } from '../../policy/draft-store.ts'
import { useDraftStore } from '../../policy/use-draft.ts'
import { toast } from '../../toasts/toasts.tsx'

export interface VersionActions {
  readonly error: Error | null
  /** A version that says the same as what is in force: there is nothing to restore. */
  readonly same: number | null
  readonly restore: (version: number) => Promise<void>
  readonly download: (version: number) => Promise<void>
}

/** What can be done with a version: made a draft again, or taken along as a file. */
export function useVersionActions(): VersionActions {
  const store = useDraftStore()
  const navigate = useNavigate()
  const [error, setError] = useState<Error | null>(null)
  const [same, setSame] = useState<number | null>(null)
  const withDocument = async (version: number, work: (document: PolicyDocument) => unknown) => {
    setError(null)
    setSame(null)
    try {
      const { document } = await getJson<{ document: PolicyDocument }>(`/policy/versions/${version}`)
      await work(document)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  const restore = (version: number) =>
    withDocument(version, async (document) => {
      if (isInForce(document, store)) return setSame(version)
      store.edit(text.restoreStep(version), () => document, text.restoreComment(version))
      toast(text.restored(version))
      await navigate({ to: '/rules/review' })
    })
  const download = (version: number) =>
    withDocument(version, (document) =>
      saveFile(`sockgate-policy-${version}.json`, `${JSON.stringify(document, null, 2)}\n`, 'application/json'),
    )
  return { error, same, restore, download }
}

/** Whether a document says the same as what is in force. */
export function isInForce(document: PolicyDocument, store: DraftStore): boolean {
  const { base, theirs } = store.getState()
  return diffDocuments((theirs ?? base).document, document).length === 0
}
