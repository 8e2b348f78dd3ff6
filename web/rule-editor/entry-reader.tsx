import { Code } from '@mantine/core'
import { Lock } from 'lucide-react'

import type { RuleLimits } from '../../shared/policy/document.ts'
import { formatBytes } from '../../shared/units.ts'
import { useKey } from '../keys/use-key.ts'
import { text } from '../messages/rule-editor.ts'
import { text as rulesText } from '../messages/rules.ts'
import type { Entry, ListName } from '../rules/entry.ts'
import { isRule, lineOf } from '../rules/entry.ts'
import { ActionBadge, WhoTerm } from '../rules/labels.tsx'
import { Copyable } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { When } from '../ui/when.tsx'
import type { Beside } from './entry-editor.tsx'
import { LiveBoxes, useInForce } from './live-boxes.tsx'
import { RestPills } from './page-field.tsx'
import { Row } from './row.tsx'
import { termsOf } from './terms.ts'

import styles from './rule-editor.module.css'

interface EntryReaderProps {
  readonly list: ListName
  readonly entry: Entry
  readonly title: string
  /** Why it can't be changed here, as a sentence. */
  readonly why: string
  readonly beside: Beside
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

/** The same sentence for who may not change it. */
export function EntryReader({ list, entry, title, why, beside, onClose, onOpen }: EntryReaderProps) {
  const { previous, next } = beside
  useKey('previousDetail', () => previous !== undefined && onOpen(previous))
  useKey('nextDetail', () => next !== undefined && onOpen(next))
  const inForce = useInForce(list, entry.id)
  return (
    <SidePanel title={title} onClose={onClose}>
      <Notice tone="info" icon={<Lock size={18} />} title={why} />
      <div className={styles.sentence} data-read>
        <Sentence entry={entry} />
      </div>
      <div className={styles.readLine}>
        <Code block className={styles.readCode}>
          {lineOf(entry)}
        </Code>
        <Copyable value={lineOf(entry)} label={text.line.copy} />
      </div>
      <LiveBoxes list={list} id={entry.id} entry={entry} candidate={null} known={inForce} />
    </SidePanel>
  )
}

function Sentence({ entry }: { entry: Entry }) {
  const { who, page, origin, rest } = termsOf(entry.peer)
  const direction = isRule(entry) ? entry.direction : 'in'
  return (
    <>
      <Row word={text.words.when}>{isRule(entry) ? text.direction[entry.direction] : text.direction.any}</Row>
      <Row word={text.words.from[direction]}>
        {who.length === 0 ? text.who.placeholder : who.map((term) => <WhoTerm key={term} term={term} />)}
      </Row>
      <Row word={text.words.page}>
        {page === 'one' ? <span className="mono wrap">{origin}</span> : text.page[page === 'none' ? 'none' : 'any']}
        <RestPills rest={rest} />
      </Row>
      {isRule(entry) ? (
        <>
          <Row word={direction === 'in' ? text.words.to : text.words.asks}>
            <span className="mono wrap">{entry.service}</span>
          </Row>
          <Row word={text.words.does}>
            <ActionBadge action={entry.action} />
          </Row>
          {entry.limits !== undefined && (
            <Row word={text.words.with}>
              {limitWords(entry.limits).map((words) => (
                <span key={words}>{words}</span>
              ))}
            </Row>
          )}
        </>
      ) : (
        <>
          <Row word={text.words.asks}>
            <span className="mono wrap">{entry.from}</span>
          </Row>
          <Row word={text.words.send}>
            <span className="mono wrap">{entry.to}</span>
          </Row>
          {entry.percent !== undefined && <Row word={text.words.share}>{rulesText.percent(entry.percent)}</Row>}
          {entry.fallback !== undefined && (
            <Row word={text.words.fallback}>
              <span className="mono wrap">{entry.fallback}</span>
            </Row>
          )}
        </>
      )}
      <Row word={text.words.until}>
        {entry.until === undefined ? text.until.never : <When at={Date.parse(entry.until)} exact />}
      </Row>
      {entry.note !== '' && <Row word={text.words.note}>{entry.note}</Row>}
    </>
  )
}

function limitWords({
  perAddress,
  perUser,
  perService,
  messagesPerSecond,
  bytesPerSecond,
  over,
}: RuleLimits): string[] {
  const { limits } = rulesText
  return [
    ...(perAddress === undefined ? [] : [limits.perAddress(perAddress)]),
    ...(perUser === undefined ? [] : [limits.perUser(perUser)]),
    ...(perService === undefined ? [] : [limits.perService(perService)]),
    ...(messagesPerSecond === undefined ? [] : [limits.messages(messagesPerSecond)]),
    ...(bytesPerSecond === undefined ? [] : [limits.bytes(formatBytes(bytesPerSecond))]),
    ...(over === 'close' ? [limits.close] : []),
  ]
}
