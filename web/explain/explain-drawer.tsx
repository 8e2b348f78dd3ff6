import { Drawer, Switch } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'

import type { ConnectionInfo } from '../../shared/connection.ts'
import { useGet } from '../data/use-get.ts'
import { useLive } from '../live/use-live.ts'
import { text } from '../messages/explain.ts'
import { useDraft } from '../policy/use-draft.ts'
import { useKnown } from '../rules/text/use-known.ts'
import { useMayChange } from '../session/use-session.ts'
import { Failure, Waiting } from '../ui/answer.tsx'
import { Notice } from '../ui/notice.tsx'
import { useSearchParam } from '../ui/use-search-param.ts'
import { readAsked, writeAsked } from './asked.ts'
import type { Asked } from './asked.ts'
import { ExplainAnswer } from './explain-answer.tsx'
import { ExplainForm } from './explain-form.tsx'
import { madeLines } from './made-lines.ts'
import { finalVerdict } from './outcome.ts'
import { useDraftExplanation, useExplanation } from './use-explanation.ts'

import styles from './explain.module.css'

const noFixed = { redirects: [], rules: [] }

/** Why a connection is let in or not; over any page, by `?explain=`. */
export function ExplainDrawer() {
  const [param, setParam] = useSearchParam('explain')
  // What was asked here is in the address a moment later; anything else begins the form anew.
  const [own, setOwn] = useState({ seen: param, written: param, form: 0 })
  if (own.seen !== param) setOwn({ ...own, seen: param, form: param === own.written ? own.form : own.form + 1 })
  const ask = (asked: Asked) => {
    const written = writeAsked(asked)
    setOwn({ ...own, written })
    setParam(written)
  }
  return (
    <Drawer
      opened={param !== ''}
      onClose={() => setParam('')}
      position="right"
      size={600}
      title={text.title}
      classNames={{ title: styles.title! }}
      closeButtonProps={{ 'aria-label': text.close }}
    >
      <div className={styles.drawer}>
        <p className="dim">{text.purpose}</p>
        <Explained form={own.form} asked={readAsked(param)} onAsk={ask} />
      </div>
    </Drawer>
  )
}

interface ExplainedProps {
  /** Another number: the form begins anew. */
  readonly form: number
  readonly asked: Asked
  readonly onAsk: (asked: Asked) => void
}

function Explained({ form, asked, onAsk }: ExplainedProps) {
  const { document, changes, base } = useDraft()
  const { policy } = useLive()
  const [wanted, setWanted] = useState(true)
  const known = useKnown(document)
  const may = useMayChange()
  const drafted = changes.length > 0 && asked.kind === 'invented'
  const byDraft = drafted && wanted
  const inForce = useExplanation(asked, policy?.current.version ?? base.version, !byDraft)
  const inDraft = useDraftExplanation(asked, document, policy?.fixed ?? noFixed, byDraft)
  const { data, error, isFetching, isPlaceholderData, refetch } = byDraft ? inDraft : inForce
  const info = useConnection(asked, may)
  const shown = asked.kind === 'new' || error !== null ? undefined : data
  return (
    <>
      <ExplainForm key={form} asked={asked} services={known.services} busy={isFetching} onAsk={onAsk} />
      {drafted && (
        <Switch
          label={text.withDraft}
          description={text.withDraftHint}
          checked={wanted}
          onChange={(event) => setWanted(event.currentTarget.checked)}
        />
      )}
      {error !== null && byDraft && (
        <Notice tone="error" icon={<CircleAlert size={20} />} title={text.draftFailed}>
          <p>{error.message}</p>
        </Notice>
      )}
      {error !== null && !byDraft && <Failure error={error} retry={refetch} />}
      {shown === undefined && isFetching && <Waiting retry={refetch} />}
      {shown !== undefined && (
        <ExplainAnswer
          explanation={shown}
          version={byDraft ? text.draftVersion : text.version(shown.version)}
          lines={may ? madeLines(asked, finalVerdict(shown), info) : null}
          old={isPlaceholderData}
        />
      )}
    </>
  )
}

/** The connection that is asked about, when the gateway still remembers it; only for who may make something of it. */
function useConnection(asked: Asked, may: boolean): ConnectionInfo | null {
  const id = asked.kind === 'known' ? asked.id : ''
  const { data } = useGet<ConnectionInfo>(`/connections/${encodeURIComponent(id)}`, { enabled: may && id !== '' })
  return data ?? null
}
