import { Button, FileButton, Menu } from '@mantine/core'
import { ChevronDown, Download, Upload } from 'lucide-react'
import { useRef } from 'react'

import { atLeast } from '../../../shared/roles.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/history.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { ManagedNotice } from '../../rules/notices.tsx'
import { useAccount, useMayChange } from '../../session/use-session.ts'
import { Notice } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Comparison } from './comparison.tsx'
import { DropArea } from './drop-area.tsx'
import { useImport } from './use-import.ts'
import type { ImportFault } from './use-import.ts'
import { VersionTable } from './version-table.tsx'

/** Of what is wrong with a file; the rest is a number. */
const FAULTS_MAX = 20

/** Every version of the rules: compare, restore, take with you, bring in. */
export function HistoryPage() {
  const { role } = useAccount()
  const { status } = useDraft()
  const managed = useLive().policy?.managed ?? null
  const changeable = useMayChange() && managed === null && status === 'ready'
  const { fault, importFiles } = useImport()
  return (
    <DropArea onFiles={changeable ? importFiles : null}>
      <PageHead
        title={messages.pages.history}
        purpose={text.purpose}
        actions={
          <>
            {changeable && <ImportButton onFile={(file) => void importFiles([file])} />}
            {atLeast(role, 'admin') && <ExportMenu />}
          </>
        }
      />
      {fault !== null && <Fault fault={fault} />}
      <ManagedNotice managed={managed} />
      <Comparison />
      <VersionTable restorable={changeable} />
    </DropArea>
  )
}

function ImportButton({ onFile }: { onFile: (file: File) => void }) {
  const reset = useRef<() => void>(null)
  const take = (file: File | null) => {
    if (file !== null) onFile(file)
    reset.current?.() // the same file may be chosen again, once it is mended
  }
  return (
    <FileButton onChange={take} resetRef={reset} accept=".txt,.json,.rules,.conf,.yaml,.yml">
      {(props) => (
        <Button {...props} variant="default" leftSection={<Upload size={15} />} title={text.importHint}>
          {text.import}
        </Button>
      )}
    </FileButton>
  )
}

/** What is in force, as a file. */
function ExportMenu() {
  const formats = [
    { format: 'text', label: text.exportText },
    { format: 'yaml', label: text.exportYaml },
  ]
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Download size={15} />}
          rightSection={<ChevronDown size={14} aria-hidden="true" />}
        >
          {text.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={`/api/v1/policy/export?format=${format}`} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Fault({ fault: { title, lines } }: { fault: ImportFault }) {
  return (
    <Notice tone="error" icon={<Upload size={20} />} title={title}>
      {lines.slice(0, FAULTS_MAX).map((line) => (
        <p key={line} className="wrap">
          {line}
        </p>
      ))}
      {lines.length > FAULTS_MAX && <p>{text.moreWrong(lines.length - FAULTS_MAX)}</p>}
    </Notice>
  )
}
