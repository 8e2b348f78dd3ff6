import { Autocomplete, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useMemo } from 'react'

import type { FixedRules, PolicyDocument } from '../../../shared/policy/document.ts'
import { formatRule } from '../../../shared/policy/line-format.ts'
import { FactWords } from '../../explain/explain-form.tsx'
import { text as messages } from '../../messages/tests.ts'
import { Row } from '../../rule-editor/row.tsx'
import type { TestValue } from './test-form.ts'

import styles from './tests.module.css'

const text = messages.editor

interface TestFieldsProps {
  readonly value: TestValue
  readonly document: PolicyDocument
  readonly fixed: FixedRules
  readonly services: readonly string[]
  /** What is wrong with a field, as far as it is to be told. */
  readonly fault: (field: string) => string | undefined
  readonly onChange: (change: Partial<TestValue>) => void
}

/** A test as a sentence: when a connection known as … to …, it must be … by …. */
export function TestFields({ value, document, fixed, services, fault, onChange }: TestFieldsProps) {
  const rules = useMemo(() => ruleChoices(document, fixed), [document, fixed])
  const choices =
    value.rule === undefined || rules.some((choice) => choice.value === value.rule)
      ? rules
      : [...rules, { value: value.rule, label: text.unknownRule(value.rule) }]
  return (
    <div className={styles.fields}>
      <Row word={text.words.when}>
        <SegmentedControl
          aria-label={text.direction.label}
          value={value.direction}
          onChange={(direction) => onChange({ direction })}
          data={[
            { value: 'in', label: text.direction.in },
            { value: 'out', label: text.direction.out },
          ]}
        />
      </Row>
      <Row word={text.words.who}>
        <TextInput
          aria-label={text.who.label}
          placeholder={text.who.placeholder}
          value={value.peer === '*' ? '' : value.peer}
          onChange={(event) => onChange({ peer: event.currentTarget.value === '' ? '*' : event.currentTarget.value })}
          error={fault('peer')}
          spellCheck={false}
          autoComplete="off"
        />
        <FactWords />
      </Row>
      <Row word={text.words.to}>
        <Autocomplete
          aria-label={text.service.label}
          placeholder={text.service.placeholder}
          data={[...services]}
          limit={20}
          value={value.service}
          onChange={(service) => onChange({ service: service.trim() })}
          error={fault('service')}
          spellCheck={false}
        />
      </Row>
      <Row word={text.words.must}>
        <SegmentedControl
          aria-label={text.expect.label}
          value={value.expect}
          onChange={(expect) => onChange({ expect })}
          data={[
            { value: 'allow', label: text.expect.allow },
            { value: 'deny', label: text.expect.deny },
          ]}
        />
      </Row>
      <Row word={text.words.by}>
        <Select
          aria-label={text.rule.label}
          placeholder={text.rule.placeholder}
          data={choices}
          searchable
          clearable
          limit={50}
          value={value.rule ?? null}
          onChange={(rule) => onChange({ rule: rule ?? undefined })}
          error={fault('rule')}
        />
      </Row>
      <Row word={text.words.target}>
        <Autocomplete
          aria-label={text.target.label}
          placeholder={text.target.placeholder}
          data={[...services]}
          limit={20}
          value={value.target ?? ''}
          onChange={(target) => onChange({ target: target.trim() === '' ? undefined : target.trim() })}
          error={fault('target')}
          spellCheck={false}
        />
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
    </div>
  )
}

/** Rules that can decide, those that only log left out. */
function ruleChoices(document: PolicyDocument, fixed: FixedRules) {
  return [
    ...fixed.rules.map((rule) => ({ value: rule.id, label: text.fixedRule(rule.id, formatRule(rule)) })),
    ...document.rules.flatMap((rule, at) =>
      rule.action === 'log' ? [] : [{ value: rule.id, label: text.rules(at + 1, formatRule(rule)) }],
    ),
    { value: 'default-in', label: text.defaultRule.in },
    { value: 'default-out', label: text.defaultRule.out },
  ]
}
