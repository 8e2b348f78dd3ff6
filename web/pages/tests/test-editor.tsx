import { Button, Code } from '@mantine/core'
import { FileQuestion } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'

import type { PolicyTest } from '../../../shared/policy/document.ts'
import { noFixedRules } from '../../../shared/policy/document.ts'
import { formatTest } from '../../../shared/policy/line-format.ts'
import { useKey } from '../../keys/use-key.ts'
import { useLive } from '../../live/use-live.ts'
import { text as editorText } from '../../messages/rule-editor.ts'
import { text } from '../../messages/tests.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { isMissing } from '../../rule-editor/faults.ts'
import { LeaveQuestion } from '../../rule-editor/leave-question.tsx'
import { LineField } from '../../rule-editor/line-field.tsx'
import { useKeepOpen } from '../../rule-editor/use-keep-open.ts'
import { useLeave } from '../../rule-editor/use-leave.ts'
import { makeId } from '../../rules/make-id.ts'
import { useKnown } from '../../rules/text/use-known.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Empty } from '../../ui/empty.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { CodeSentence } from './code-sentence.tsx'
import { addTest, changeTest, placeOf } from './test-edits.ts'
import { TestFields } from './test-fields.tsx'
import { byForm, byLine, editingOf, freshTest, testOf } from './test-form.ts'
import type { TestValue } from './test-form.ts'
import { explainOf, Result } from './test-row.tsx'
import { testSentence } from './test-words.ts'
import { useVerdict } from './use-verdict.ts'

import styles from './tests.module.css'

interface TestEditorProps {
  readonly id: string
  /** Fills a new one in. */
  readonly line: string
  readonly editable: boolean
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

/** One test in the side panel. */
export function TestEditor({ id, line, editable, onClose, onOpen }: TestEditorProps) {
  const { document } = useDraft()
  const at = placeOf(document, id)
  const found = document.tests[at] ?? null
  // Undo may take away what is being edited: the form stays until it is closed.
  const [first] = useState(found)
  const test = found ?? first
  const beside = { previous: document.tests[at - 1]?.id, next: at < 0 ? undefined : document.tests[at + 1]?.id }
  if ((id !== 'new' && test === null) || (id === 'new' && !editable)) {
    return (
      <SidePanel title={text.editor.gone} onClose={onClose}>
        <Empty icon={<FileQuestion size={20} />} title={text.editor.gone}>
          <p>{text.editor.goneDetail}</p>
        </Empty>
      </SidePanel>
    )
  }
  if (!editable && test !== null) {
    return (
      <SidePanel title={text.editor.look(text.name(at + 1))} onClose={onClose}>
        <p className={styles.sentence}>
          <CodeSentence text={testSentence(test)} /> <strong>{text.must[test.expect]}</strong>
        </p>
        <Code block className={styles.code}>
          {formatTest(test)}
        </Code>
        <Verdict test={test} />
      </SidePanel>
    )
  }
  const title = id === 'new' ? text.editor.new : text.editor.edit(text.name(at + 1))
  return <TestForm test={id === 'new' ? null : test} {...{ title, line, beside, onClose, onOpen }} />
}

interface TestFormProps extends Pick<TestEditorProps, 'line' | 'onClose' | 'onOpen'> {
  /** Null: a new one. */
  readonly test: PolicyTest | null
  readonly title: string
  readonly beside: { readonly previous: string | undefined; readonly next: string | undefined }
}

function TestForm({ test, title, line, beside, onClose, onOpen }: TestFormProps) {
  const { document } = useDraft()
  const { policy } = useLive()
  const store = useDraftStore()
  const known = useKnown(document)
  const box = useRef<HTMLFormElement>(null)
  const [newId] = useState(makeId)
  const [tried, setTried] = useState(false)
  // Null: nothing was changed, and what the draft says is shown.
  const [edited, setEdited] = useState(() => (test === null && line !== '' ? byLine(line, freshTest) : null))
  const stored = useMemo(() => (test === null ? byForm(freshTest) : editingOf(test)), [test])
  const { value, faults, line: shownLine } = edited ?? stored
  const id = test?.id ?? newId
  const made = useMemo(
    () => (faults.length > 0 ? null : testOf(value, id, test?.caption)),
    [faults, value, id, test?.caption],
  )
  const differs = test === null || made === null || formatTest(made) !== formatTest(test)
  const leave = useLeave(edited !== null && (test === null ? shownLine !== '' : differs))
  useKeepOpen(box)
  const fault = (field: string) =>
    faults.find((each) => each.column === null && each.field === field && (tried || !isMissing(each, value)))?.message
  const change = (part: Partial<TestValue>) => setEdited(byForm({ ...value, ...part }))

  const apply = () => {
    if (made === null) {
      setTried(true)
      // What is wrong is marked in the next frame, when it is told.
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
      return
    }
    if (differs) keep(made)
    onClose()
  }
  const keep = (next: PolicyTest) => {
    if (test === null) store.edit(text.steps.add, (before) => addTest(before, next))
    else store.edit(text.steps.change(text.name(placeOf(document, id) + 1)), (before) => changeTest(before, next))
    const name = text.name(placeOf(store.getState().document, id) + 1)
    toast(test === null ? text.told.added(name) : text.told.changed(name), { undo: () => void store.undo() })
  }
  useKey('send', apply)
  useKey('previousDetail', () => beside.previous !== undefined && leave.ask(() => onOpen(beside.previous!)))
  useKey('nextDetail', () => beside.next !== undefined && leave.ask(() => onOpen(beside.next!)))
  return (
    <SidePanel
      title={title}
      onClose={() => (leave.asking ? leave.stay() : leave.ask(onClose))}
      foot={
        leave.asking ? (
          <LeaveQuestion leave={leave.go} stay={leave.stay} />
        ) : (
          <>
            {tried && faults.length > 0 && (
              <span role="alert" className={styles.faults}>
                {editorText.faults(faults.length)}
              </span>
            )}
            <Button variant="default" onClick={() => leave.ask(onClose)}>
              {editorText.cancel}
            </Button>
            <Button onClick={apply}>{test === null ? text.editor.add : editorText.apply}</Button>
          </>
        )
      }
    >
      <form
        ref={box}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <TestFields
          value={value}
          document={document}
          fixed={policy?.fixed ?? noFixedRules}
          services={known.services}
          fault={fault}
          onChange={change}
        />
        <LineField
          line={shownLine}
          placeholder={text.editor.linePlaceholder}
          faults={faults}
          onChange={(next) => setEdited(byLine(next, value))}
        />
      </form>
      <Verdict test={made} />
    </SidePanel>
  )
}

/** What the test says of the rules as they stand in the page. */
function Verdict({ test }: { test: PolicyTest | null }) {
  const { document } = useDraft()
  const { policy } = useLive()
  const [, explain] = useSearchParam('explain', { push: true })
  const { data } = useVerdict(test, document, policy?.fixed ?? noFixedRules)
  return (
    <section className={styles.verdict} aria-label={text.editor.result}>
      <h3>{text.editor.result}</h3>
      {test === null && <p className="dim">{text.editor.incomplete}</p>}
      {test !== null && data === undefined && <p className="dim">{text.editor.asking}</p>}
      {test !== null && data !== undefined && (
        <>
          <p>
            <Result result={data} /> {text.outcome(data.message)}
          </p>
          <p className="dim">{text.editor.resultHint}</p>
          <Button variant="default" size="xs" onClick={() => explain(explainOf(test))}>
            {text.editor.explain}
          </Button>
        </>
      )}
    </section>
  )
}
