import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { text } from '../../messages/history.ts'
import { useDraftStore } from '../../policy/use-draft.ts'
import { toast } from '../../toasts/toasts.tsx'
import { ImportError, readRules } from './read-rules.ts'
import { isInForce } from './use-version-actions.ts'

/** Why a file did not become a draft. */
export interface ImportFault {
  readonly title: string
  readonly lines: readonly string[]
}

interface Import {
  readonly fault: ImportFault | null
  readonly importFiles: (files: readonly File[]) => Promise<void>
}

/** A file becomes a draft, which is reviewed like any other. */
export function useImport(): Import {
  const store = useDraftStore()
  const navigate = useNavigate()
  const [fault, setFault] = useState<ImportFault | null>(null)
  const importFiles = async ([file, second]: readonly File[]) => {
    setFault(null)
    // Without rules in force there is nothing that it could be compared with: the page says why.
    if (file === undefined || store.getState().status !== 'ready') return
    if (second !== undefined) return setFault({ title: text.oneFile, lines: [] })
    try {
      const document = await readRules(file, store.getState().document)
      if (isInForce(document, store)) return setFault({ title: text.importSame(file.name), lines: [] })
      store.edit(text.importStep(file.name), () => document, text.importComment(file.name))
      toast(text.imported(file.name))
      await navigate({ to: '/rules/review' })
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      setFault({ title: text.importWrong(file.name), lines: error.lines })
    }
  }
  return { fault, importFiles }
}
