import { Autocomplete, Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useId, useState } from 'react'

import type { Direction } from '../../shared/policy/request.ts'
import { text } from '../messages/explain.ts'
import type { Asked } from './asked.ts'

import styles from './explain.module.css'

interface ExplainFormProps {
  /** What it shows first. */
  readonly asked: Asked
  readonly services: readonly string[]
  readonly busy: boolean
  readonly onAsk: (asked: Asked) => void
}

/** Asks what to explain: an invented connection, or one that was there. */
export function ExplainForm({ asked, services, busy, onAsk }: ExplainFormProps) {
  const invented = asked.kind === 'invented' ? asked : null
  const [kind, setKind] = useState<'invented' | 'known'>(asked.kind === 'known' ? 'known' : 'invented')
  const [direction, setDirection] = useState<Direction>(invented?.direction ?? 'in')
  const [service, setService] = useState(invented?.service ?? '')
  const [facts, setFacts] = useState(invented === null || invented.peer === '*' ? '' : invented.peer)
  const [id, setId] = useState(asked.kind === 'known' ? asked.id : '')
  const [missing, setMissing] = useState(false)
  const label = useId()

  const submit = () => {
    const named = (kind === 'known' ? id : service).trim()
    setMissing(named === '')
    if (named === '') return
    if (kind === 'known') onAsk({ kind, id: named })
    else onAsk({ kind, direction, service: named, peer: facts.trim() || '*' })
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <span id={label} hidden>
        {text.what.label}
      </span>
      <SegmentedControl
        aria-labelledby={label}
        value={kind}
        onChange={(value) => {
          setKind(value as 'invented' | 'known')
          setMissing(false)
        }}
        data={[
          { value: 'invented', label: text.what.invented },
          { value: 'known', label: text.what.known },
        ]}
      />
      {kind === 'known' ? (
        <TextInput
          label={text.id.label}
          description={text.id.hint}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          error={missing && text.id.missing}
          spellCheck={false}
          autoComplete="off"
        />
      ) : (
        <>
          <div className={styles.pair}>
            <NativeSelect
              label={text.direction.label}
              value={direction}
              onChange={(event) => setDirection(event.currentTarget.value as Direction)}
              data={[
                { value: 'in', label: text.direction.in },
                { value: 'out', label: text.direction.out },
              ]}
            />
            <Autocomplete
              openOnFocus={false}
              data-autofocus={asked.kind === 'new' || undefined}
              label={text.service.label}
              placeholder={text.service.placeholder}
              data={[...services]}
              limit={20}
              value={service}
              onChange={setService}
              error={missing && text.noService}
              spellCheck={false}
            />
          </div>
          <TextInput
            label={text.facts.label}
            description={text.facts.hint}
            placeholder={text.facts.placeholder}
            value={facts}
            onChange={(event) => setFacts(event.currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
          />
          <FactWords />
        </>
      )}
      <div className={styles.foot}>
        <Button type="submit" loading={busy}>
          {text.submit}
        </Button>
      </div>
    </form>
  )
}

/** The words by which something is said of a client. */
export function FactWords() {
  return (
    <details className={styles.help}>
      <summary>{text.facts.help}</summary>
      <dl>
        {text.facts.words.map(([word, meaning]) => (
          <div key={word} style={{ display: 'contents' }}>
            <dt className="mono">{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
