import { Autocomplete, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core'

import { text } from '../messages/rule-editor.ts'
import { isRuleValue } from './entry-form.ts'
import type { EntryValue, RedirectValue, RuleValue } from './entry-form.ts'
import { LimitsField } from './limits-field.tsx'
import { PageField, RestPills } from './page-field.tsx'
import { Row } from './row.tsx'
import { peerOf, termsOf } from './terms.ts'
import { UntilField } from './until-field.tsx'
import { WhoField } from './who-field.tsx'

import styles from './rule-editor.module.css'

/** Names to offer. */
interface Known {
  readonly services: readonly string[]
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

interface FieldsProps<T extends EntryValue> {
  readonly value: T
  readonly known: Known
  /** What is wrong with a field, as far as it is to be told. */
  readonly fault: (field: string) => string | undefined
  readonly onChange: (change: Partial<T>) => void
}

/** A rule as a sentence: when a connection from … to …, then …, until …. */
export function EntryFields({ value, onChange, ...rest }: FieldsProps<EntryValue>) {
  return isRuleValue(value) ? (
    <RuleFields value={value} onChange={onChange as FieldsProps<RuleValue>['onChange']} {...rest} />
  ) : (
    <RedirectFields value={value} onChange={onChange as FieldsProps<RedirectValue>['onChange']} {...rest} />
  )
}

function RuleFields({ value, known, fault, onChange }: FieldsProps<RuleValue>) {
  const { action, direction } = value
  return (
    <div className={styles.sentence}>
      <Row word={text.words.when}>
        <div className={styles.ends}>
          <SegmentedControl
            aria-label={text.direction.label}
            value={direction}
            onChange={(next) => onChange({ direction: next })}
            data={[
              { value: 'in', label: text.direction.in },
              { value: 'out', label: text.direction.out },
            ]}
          />
          <OnSwitch enabled={value.enabled} onChange={(enabled) => onChange({ enabled })} />
        </div>
      </Row>
      <PeerRows direction={direction} peer={value.peer} known={known} onChange={(peer) => onChange({ peer })} />
      <Row word={direction === 'in' ? text.words.to : text.words.asks}>
        <Autocomplete
          aria-label={text.service.label}
          placeholder={text.service.placeholder}
          data={[...known.services]}
          limit={20}
          value={value.service}
          onChange={(service) => onChange({ service: service.trim() })}
          error={fault('service')}
          spellCheck={false}
        />
      </Row>
      <Row word={text.words.does}>
        <SegmentedControl
          aria-label={text.action.label}
          value={action}
          onChange={(next) => onChange({ action: next, ...(next !== 'allow' && { limits: undefined }) })}
          data={[
            { value: 'allow', label: text.action.allow },
            { value: 'deny', label: text.action.deny },
            { value: 'log', label: text.action.log },
          ]}
        />
        {action === 'log' && <p className={styles.hint}>{text.logHint}</p>}
      </Row>
      {action === 'allow' && (
        <Row word={text.words.with}>
          <LimitsField
            limits={value.limits}
            onChange={(limits) => onChange({ limits: limits as RuleValue['limits'] })}
          />
        </Row>
      )}
      <EndRows value={value} fault={fault} onChange={onChange} />
    </div>
  )
}

function RedirectFields({ value, known, fault, onChange }: FieldsProps<RedirectValue>) {
  return (
    <div className={styles.sentence}>
      <PeerRows
        first
        direction="in"
        peer={value.peer}
        known={known}
        onChange={(peer) => onChange({ peer })}
        end={<OnSwitch enabled={value.enabled} onChange={(enabled) => onChange({ enabled })} />}
      />
      <Row word={text.words.asks}>
        <Autocomplete
          aria-label={text.service.from}
          placeholder={text.service.placeholder}
          data={[...known.services]}
          limit={20}
          value={value.from}
          onChange={(from) => onChange({ from: from.trim() })}
          error={fault('from')}
          spellCheck={false}
        />
      </Row>
      <Row word={text.words.send}>
        <Autocomplete
          aria-label={text.target.label}
          placeholder={text.target.placeholder}
          description={text.target.hint}
          inputWrapperOrder={['input', 'error', 'description']}
          data={[...known.services]}
          limit={20}
          value={value.to}
          onChange={(to) => onChange({ to: to.trim() })}
          error={fault('to')}
          spellCheck={false}
        />
      </Row>
      <Row word={text.words.share}>
        <NumberInput
          aria-label={text.target.share}
          placeholder={text.target.sharePlaceholder}
          suffix={text.target.shareSuffix}
          min={0}
          max={100}
          decimalScale={3}
          allowNegative={false}
          value={value.percent ?? ''}
          onChange={(percent) => onChange({ percent: percent === '' ? undefined : Number(percent) })}
          error={fault('percent')}
        />
      </Row>
      <Row word={text.words.fallback}>
        <Autocomplete
          aria-label={text.target.fallback}
          placeholder={text.target.fallbackPlaceholder}
          data={[...known.services]}
          limit={20}
          value={value.fallback ?? ''}
          onChange={(fallback) => onChange({ fallback: fallback.trim() === '' ? undefined : fallback.trim() })}
          error={fault('fallback')}
          spellCheck={false}
        />
      </Row>
      <EndRows value={value} fault={fault} onChange={onChange} />
    </div>
  )
}

interface PeerRowsProps {
  readonly direction: 'in' | 'out'
  readonly peer: string
  readonly known: Known
  readonly onChange: (peer: string) => void
  /** It begins the sentence. */
  readonly first?: boolean
  readonly end?: React.ReactNode
}

/** Who connects, and from which page. */
function PeerRows({ direction, peer, known, onChange, first = false, end }: PeerRowsProps) {
  const terms = termsOf(peer)
  return (
    <>
      {first && (
        <Row word={text.words.when}>
          <div className={styles.ends}>
            <span>{text.direction.any}</span>
            {end}
          </div>
        </Row>
      )}
      <Row word={text.words.from[direction]}>
        <WhoField
          direction={direction}
          who={terms.who}
          users={known.users}
          groups={known.groups}
          onChange={(who) => onChange(peerOf({ ...terms, who }))}
        />
      </Row>
      <Row word={text.words.page}>
        <PageField terms={terms} onChange={(next) => onChange(peerOf(next))} />
        <RestPills rest={terms.rest.filter((term) => !term.startsWith('origin:'))} />
      </Row>
    </>
  )
}

function OnSwitch({ enabled, onChange }: { enabled: boolean; onChange: (enabled: boolean) => void }) {
  return <Switch label={text.on} checked={enabled} onChange={(event) => onChange(event.currentTarget.checked)} />
}

type EndProps = Pick<FieldsProps<EntryValue>, 'value' | 'fault'> & {
  readonly onChange: (change: { until?: string | undefined; note?: string }) => void
}

/** What rules and redirects have in common at their end. */
function EndRows({ value, fault, onChange }: EndProps) {
  return (
    <>
      <Row word={text.words.until}>
        <UntilField until={value.until} error={fault('until')} onChange={(until) => onChange({ until })} />
      </Row>
      <Row word={text.words.note}>
        <TextInput
          aria-label={text.note.label}
          placeholder={text.note.placeholder}
          value={value.note}
          onChange={(event) => onChange({ note: event.currentTarget.value })}
          maxLength={500}
          error={fault('note')}
        />
      </Row>
    </>
  )
}
