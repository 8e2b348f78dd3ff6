import { Button, FileButton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Download, Upload } from 'lucide-react'
import { useState } from 'react'

import { atLeast } from '../../../shared/roles.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/history.ts'
import { useDraftStore } from '../../policy/use-draft.ts'
import { ManagedNotice } from '../../rules/notices.tsx'
import { useAccount, useMayChange } from '../../session/use-session.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Comparison } from './comparison.tsx'
import { ImportError, readRules } from './read-rules.ts'
import { VersionTable } from './version-table.tsx'

/** Every version of the rules: compare, restore, take with you, bring in. */
export function HistoryPage() {
  const { role } = useAccount()
  const mayChange = useMayChange()
  const managed = useLive().policy?.managed ?? null
  const [fault, setFault] = useState<{ readonly name: string; readonly lines: readonly string[] } | null>(null)
  const importFile = useImport(setFault)
  return (
    <>
      <PageHead
        title={messages.pages.history}
        purpose={text.purpose}
        actions={
          <>
            {mayChange && managed === null && (
              <FileButton onChange={(file) => file !== null && void importFile(file)} accept=".txt,.json,.rules,.conf">
                {(props) => (
                  <Button {...props} variant="default" leftSection={<Upload size={15} />} title={text.importHint}>
                    {text.import}
                  </Button>
                )}
              </FileButton>
            )}
            {atLeast(role, 'admin') && (
              <Button
                component="a"
                href="/api/v1/policy/export?format=text"
                download
                variant="default"
                leftSection={<Download size={15} />}
              >
                {text.export}
              </Button>
            )}
          </>
        }
      />
      {fault !== null && (
        <Notice tone="error" icon={<Upload size={20} />} title={text.importWrong(fault.name)}>
          {fault.lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Notice>
      )}
      <ManagedNotice managed={managed} />
      <Comparison />
      <VersionTable restorable={mayChange && managed === null} />
    </>
  )
}

/** A file becomes a draft, which is reviewed like any other. */
function useImport(setFault: (fault: { name: string; lines: readonly string[] } | null) => void) {
  const draft = useDraftStore()
  const navigate = useNavigate()
  return async (file: File) => {
    setFault(null)
    try {
      const document = await readRules(file, draft.getState().document)
      draft.edit(text.importStep(file.name), () => document)
      toast(text.imported(file.name))
      await navigate({ to: '/rules/review' })
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      setFault({ name: file.name, lines: error.lines })
    }
  }
}
