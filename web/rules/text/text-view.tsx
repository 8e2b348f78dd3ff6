import { Button } from '@mantine/core'
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks'
import { CircleCheck, GitMerge, TriangleAlert } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'

import type { PolicyProblem } from '../../../shared/policy/document.ts'
import { formatPolicy } from '../../../shared/policy/line-format.ts'
import { KeyCap } from '../../keys/key-cap.tsx'
import { useKey, useKeyStore } from '../../keys/use-key.ts'
import { text as words } from '../../messages/rules.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { useAccount } from '../../session/use-session.ts'
import { Notice } from '../../ui/notice.tsx'
import { readText } from './read-text.ts'
import { TextEditor } from './text-editor.tsx'
import type { EditorHandle } from './text-editor.tsx'
import { useUnapplied } from './text-store.ts'
import { useKnown } from './use-known.ts'

import styles from './text.module.css'

/** Problems are looked for when nobody has typed for so long, in ms. */
const QUIET_MS = 300
const none: readonly PolicyProblem[] = []

interface TextViewProps {
  readonly editable: boolean
  readonly onSay: (sentence: string) => void
}

/** The whole rule set as one text. What is typed becomes one step of the draft when it is right and is left. */
export function TextView({ editable, onSay }: TextViewProps) {
  const { user } = useAccount()
  const { document } = useDraft()
  const store = useDraftStore()
  const [unapplied, setUnapplied] = useUnapplied(user)
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false })
  const basis = useMemo(() => formatPolicy(document), [document])
  const text = unapplied?.text ?? basis
  const dirty = unapplied !== null
  const [quiet] = useDebouncedValue(text, QUIET_MS)
  const problems = useMemo(
    () => (dirty ? (readText(quiet, document).problems ?? none) : none),
    [dirty, quiet, document],
  )
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorHandle>(null)
  const known = useKnown(document)
  const writable = editable && !narrow
  const overtaken = unapplied !== null && unapplied.basis !== basis

  const change = (next: string) =>
    setUnapplied(next === basis ? null : { text: next, basis: unapplied?.basis ?? basis })
  const apply = () => {
    if (unapplied === null) return
    const { document: next } = readText(unapplied.text, document)
    if (next === undefined) return
    store.edit(words.steps.text, () => next)
    setUnapplied(null)
    onSay(words.textView.applied)
  }
  useKey('send', apply, writable)
  useKey('undo', () => void store.undo(), writable)
  useKey('redo', () => void store.redo(), writable)
  useWarnOnLeave(unapplied !== null)
  return (
    <div
      ref={box}
      className={styles.view}
      onBlur={({ relatedTarget }) => {
        if (!overtaken && !(relatedTarget instanceof Node && box.current?.contains(relatedTarget))) apply()
      }}
    >
      {overtaken && (
        <div className={styles.notice}>
          <Notice
            tone="warning"
            icon={<GitMerge size={20} />}
            title={words.textView.otherTitle}
            actions={
              <>
                <Button size="xs" variant="default" onClick={apply} disabled={problems.length > 0}>
                  {words.textView.applyOver}
                </Button>
                <Button size="xs" onClick={() => setUnapplied(null)}>
                  {words.textView.takeNew}
                </Button>
              </>
            }
          >
            <p>{words.textView.otherDetail}</p>
          </Notice>
        </div>
      )}
      <p className={styles.hint} id="rule-text-hint">
        {writable ? words.textView.hint : narrow && editable ? words.textView.narrow : words.textView.readOnly}
      </p>
      <TextEditor
        ref={editor}
        label={words.textView.label}
        hintId="rule-text-hint"
        value={text}
        onChange={change}
        readOnly={!writable}
        problems={problems}
        known={known}
        keepUndo={unapplied !== null}
      />
      <ProblemList problems={problems} onGo={(problem) => editor.current?.goTo(problem)} />
      {writable && (
        <Foot
          unapplied={unapplied !== null}
          problems={problems.length}
          onApply={apply}
          onDiscard={() => setUnapplied(null)}
        />
      )}
    </div>
  )
}

interface FootProps {
  readonly unapplied: boolean
  readonly problems: number
  readonly onApply: () => void
  readonly onDiscard: () => void
}

function Foot({ unapplied, problems, onApply, onDiscard }: FootProps) {
  const keys = useKeyStore()
  return (
    <div className={styles.foot}>
      <span role="status" className={styles.state} data-state={unapplied ? (problems > 0 ? 'wrong' : 'open') : 'fine'}>
        {unapplied ? <TriangleAlert size={14} aria-hidden="true" /> : <CircleCheck size={14} aria-hidden="true" />}
        {!unapplied
          ? words.textView.applied
          : problems > 0
            ? words.textView.problems(problems)
            : words.textView.unapplied}
      </span>
      {unapplied && (
        <span className={styles.buttons}>
          <span className={`dim ${styles.applyHint}`}>{words.textView.applyHint}</span>
          <Button size="xs" variant="default" onClick={onDiscard}>
            {words.textView.discard}
          </Button>
          <Button
            size="xs"
            onClick={onApply}
            disabled={problems > 0}
            rightSection={
              <span className={styles.cap} aria-hidden="true">
                <KeyCap keys={keys.keysOf('send')} />
              </span>
            }
          >
            {words.textView.apply}
          </Button>
        </span>
      )}
    </div>
  )
}

/** Each leads to its place in the text. */
function ProblemList({
  problems,
  onGo,
}: {
  problems: readonly PolicyProblem[]
  onGo: (problem: PolicyProblem) => void
}) {
  if (problems.length === 0) return null
  return (
    <ul className={styles.problems} aria-label={words.textView.problemsLabel}>
      {problems.map((problem) => (
        <li key={`${problem.pointer} ${problem.line} ${problem.column} ${problem.message}`}>
          <button type="button" onClick={() => onGo(problem)}>
            {sentenceOf(problem)}
          </button>
        </li>
      ))}
    </ul>
  )
}

export function sentenceOf({ line, column, message }: PolicyProblem): string {
  if (line === undefined) return message
  if (column === undefined) return words.textView.problemLine(line, message)
  return words.textView.problem(line, column, message)
}

/** The browser asks before the page goes while there is text that would be missed. */
function useWarnOnLeave(active: boolean): void {
  useEffect(() => {
    if (!active) return undefined
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [active])
}
