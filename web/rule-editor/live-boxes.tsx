import { Button } from '@mantine/core'
import { CircleAlert, CircleCheck, FlaskConical, Info, Plug, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'

import type { Finding, TestResult } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { messages } from '../messages.ts'
import { text as editorText } from '../messages/rule-editor.ts'
import { text as rulesText } from '../messages/rules.ts'
import { useDraft } from '../policy/use-draft.ts'
import type { Entry, ListName } from '../rules/entry.ts'
import { CheckBadge } from '../rules/labels.tsx'
import { useChecks } from '../rules/use-checks.ts'
import { AppLink } from '../ui/app-link.tsx'
import { useMatches, useOutlook } from './use-outlook.ts'

import styles from './rule-editor.module.css'

const text = editorText.live

/** Connections of which the ids are shown. */
const IDS_MAX = 3

interface LiveBoxesProps {
  readonly list: ListName
  readonly id: string
  /** As it is being edited; null while it is not complete. */
  readonly entry: Entry | null
  /** The draft with it; null: it is as it stands in the draft. */
  readonly candidate: PolicyDocument | null
  /** It can be found among the hits, as it is in force. */
  readonly known: boolean
}

/** What the entry does: connections it matches, what is to be said of it, tests that would fail. */
export function LiveBoxes({ list, id, entry, candidate, known }: LiveBoxesProps) {
  return (
    <section className={styles.live} aria-label={text.title}>
      <h3 className={styles.liveTitle}>{text.title}</h3>
      <Matches entry={entry} id={id} known={known} />
      {entry !== null &&
        (candidate === null ? <Checked id={id} /> : <Outlook list={list} id={id} candidate={candidate} />)}
    </section>
  )
}

function Matches({ entry, id, known }: { entry: Entry | null; id: string; known: boolean }) {
  const { data, error, old, refetch } = useMatches(entry)
  if (entry === null) return <Box icon={<Plug size={15} />}>{text.incomplete}</Box>
  if (error !== null) {
    return (
      <Box icon={<CircleAlert size={15} />} tone="warning">
        {text.matchesFailed}
        <Retry retry={refetch} />
      </Box>
    )
  }
  if (data === undefined) return <Box icon={<Plug size={15} />}>{text.asking}</Box>
  const { open, recent, ids } = data
  return (
    <Box icon={<Plug size={15} />} old={old}>
      <span>
        {open + recent === 0 ? text.matchesNone : text.matches(open, recent)}
        <span className={styles.boxHint}>{text.matchesAlone}</span>
      </span>
      {(ids.length > 0 || known) && (
        <span className={styles.boxLinks}>
          {ids.slice(0, IDS_MAX).map((each) => (
            <AppLink key={each} to={`/connections/${encodeURIComponent(each)}`} aria-label={text.connection(each)}>
              <span className="mono">{each}</span>
            </AppLink>
          ))}
          {known && <AppLink to={`/connections?${new URLSearchParams({ filter: `rule:${id}` })}`}>{text.hits}</AppLink>}
        </span>
      )}
    </Box>
  )
}

/** Of an entry as it stands in the draft: the draft's own preview has said it. */
function Checked({ id }: { id: string }) {
  const { byId, error, retry } = useChecks()
  if (error !== null) return <Failed retry={retry} />
  const checks = byId.get(id) ?? []
  if (checks.length === 0) {
    return (
      <Box icon={<CircleCheck size={15} />} tone="good">
        {text.fine}
      </Box>
    )
  }
  return checks.map((check) => (
    <Box key={`${check.kind} ${check.message}`} icon={<Info size={15} />} tone="warning">
      <CheckBadge checks={[check]} />
      <span>{messages.sentence(check.message)}</span>
    </Box>
  ))
}

/** Of an entry as it is being edited. */
function Outlook({ list, id, candidate }: { list: ListName; id: string; candidate: PolicyDocument }) {
  const { data, error, old, refetch } = useOutlook(candidate)
  if (error !== null) return <Failed retry={refetch} />
  if (data === undefined) return <Box icon={<Info size={15} />}>{text.checking}</Box>
  const { problems, findings, tests, open } = data
  const own = findings.filter((finding) => finding.id === id && finding.kind !== 'never-hit')
  const failing = tests.filter(({ pass }) => !pass)
  const denied = open.effects.filter(({ effect }) => effect === 'denied').length
  const redirected = open.effects.filter(({ effect }) => effect === 'redirected').length
  return (
    <>
      {problems.map(({ pointer, message }) => (
        <Box key={`${pointer} ${message}`} icon={<CircleAlert size={15} />} tone="error" old={old}>
          <span>
            <strong>{text.problem}</strong> {messages.sentence(message)}
          </span>
        </Box>
      ))}
      {own.map((finding) => (
        <FindingBox key={`${finding.kind} ${finding.message}`} finding={finding} document={candidate} old={old} />
      ))}
      {failing.map((result) => (
        <FailingTest key={result.id} result={result} document={candidate} old={old} />
      ))}
      {denied > 0 && (
        <Box icon={<Unplug size={15} />} tone="warning" old={old}>
          {text.ends(denied)}
        </Box>
      )}
      {redirected > 0 && list === 'redirects' && (
        <Box icon={<Info size={15} />} old={old}>
          {text.sentElsewhere(redirected)}
        </Box>
      )}
      {problems.length + own.length + failing.length === 0 && (
        <Box icon={<CircleCheck size={15} />} tone="good" old={old}>
          {tests.length === 0 ? text.fine : `${text.fine}, ${text.testsFine(tests.length)}`}
        </Box>
      )}
    </>
  )
}

interface InDraftProps {
  readonly document: PolicyDocument
  readonly old: boolean
}

function FindingBox({ finding, document, old }: InDraftProps & { finding: Finding }) {
  return (
    <Box icon={<Info size={15} />} tone="warning" old={old}>
      <CheckBadge checks={[finding]} />
      <span>{messages.sentence(finding.message)}</span>
      <span className={styles.boxLinks}>
        {finding.others.map((other) => (
          <OtherLink key={other} id={other} document={document} />
        ))}
      </span>
    </Box>
  )
}

/** The entry that a finding names, by its number. */
function OtherLink({ id, document }: { id: string; document: PolicyDocument }) {
  const rule = document.rules.findIndex((each) => each.id === id)
  const redirect = document.redirects.findIndex((each) => each.id === id)
  const edit = new URLSearchParams({ edit: id })
  if (rule >= 0) {
    return <AppLink to={`/rules/firewall?${edit}`}>{text.see(rulesText.name('rules', rule + 1))}</AppLink>
  }
  if (redirect >= 0) {
    return <AppLink to={`/rules/redirection?${edit}`}>{text.see(rulesText.name('redirects', redirect + 1))}</AppLink>
  }
  return null
}

function FailingTest({ result, document, old }: InDraftProps & { result: TestResult }) {
  const number = document.tests.findIndex(({ id }) => id === result.id) + 1
  return (
    <Box icon={<FlaskConical size={15} />} tone="error" old={old}>
      <span>
        <AppLink to={`/rules/tests?${new URLSearchParams({ edit: result.id })}`}>{text.testWould(number)}</AppLink>
        <span className={styles.boxHint}>{text.outcome(result.message)}</span>
      </span>
    </Box>
  )
}

function Failed({ retry }: { retry: () => unknown }) {
  return (
    <Box icon={<CircleAlert size={15} />} tone="warning">
      {text.checksFailed}
      <Retry retry={retry} />
    </Box>
  )
}

function Retry({ retry }: { retry: () => unknown }) {
  return (
    <Button size="compact-xs" variant="default" onClick={() => void retry()}>
      {messages.retry}
    </Button>
  )
}

interface BoxProps {
  readonly icon: ReactNode
  readonly tone?: 'good' | 'warning' | 'error'
  /** The next answer is on its way. */
  readonly old?: boolean
  readonly children: ReactNode
}

function Box({ icon, tone, old, children }: BoxProps) {
  return (
    <div className={styles.box} data-tone={tone} data-old={old || undefined}>
      <span className={styles.boxIcon} aria-hidden="true">
        {icon}
      </span>
      <div className={styles.boxText}>{children}</div>
    </div>
  )
}

/** Whether the entry is in force, so that connections can have met it. */
export function useInForce(list: ListName, id: string): boolean {
  const { base } = useDraft()
  return base.document[list].some((entry) => entry.id === id)
}
