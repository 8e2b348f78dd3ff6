import { Button, Switch } from '@mantine/core'
import { useState, useSyncExternalStore } from 'react'

import { messages } from '../messages.ts'
import { text } from '../messages/keys.ts'
import { keyActions } from './actions.ts'
import type { KeyActionName } from './actions.ts'
import { KeyCap, spell } from './key-cap.tsx'
import { pressed } from './pressed.ts'
import { useKeyStore } from './use-key.ts'

import styles from './keys.module.css'

const names = Object.keys(keyActions) as KeyActionName[]
const groups = Object.keys(messages.keys.groups) as (keyof typeof messages.keys.groups)[]
const MODIFIERS: readonly string[] = ['Control', 'Shift', 'Alt', 'Meta']

/** All keys in groups, each a button that takes another one. Under Help, and by `?`. */
export function KeyTable() {
  const store = useKeyStore()
  const settings = useSyncExternalStore(store.subscribe, store.settings)
  return (
    <div className={styles.table}>
      <Switch
        checked={settings.single}
        onChange={(event) => store.change({ ...settings, single: event.currentTarget.checked })}
        label={text.single}
        description={text.singleHint}
      />
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{messages.keys.groups[group]}</h3>
            <dl>
              {names
                .filter((name) => keyActions[name].group === group)
                .map((name) => (
                  <Row key={name} name={name} />
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{text.pages}</h3>
          <dl>
            {store.pageKeys().map(({ key, title }) => (
              <div key={key}>
                <dt>{text.goTo(title)}</dt>
                <dd>
                  <KeyCap keys="g" /> <span className="dim">{text.andThen}</span> <KeyCap keys={key} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      {Object.keys(settings.changed).length > 0 && (
        <Button variant="default" onClick={() => store.change({ ...settings, changed: {} })}>
          {text.reset}
        </Button>
      )}
    </div>
  )
}

function Row({ name }: { name: KeyActionName }) {
  const store = useKeyStore()
  const [asking, setAsking] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const { label, group } = keyActions[name]
  const take = (event: React.KeyboardEvent) => {
    if (!asking || MODIFIERS.includes(event.key) || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    setAsking(false)
    if (event.key === 'Escape' && store.keysOf(name) !== 'Escape') return
    const keys = pressed(event.nativeEvent)
    // The same key may do different things on different pages, but not two on one.
    const other = names.find(
      (candidate) =>
        candidate !== name &&
        store.keysOf(candidate) === keys &&
        [group, 'everywhere', 'lists'].includes(keyActions[candidate].group),
    )
    if (other !== undefined) {
      setFault(text.taken(spell(keys).join(' '), keyActions[other].label))
      return
    }
    setFault(null)
    const settings = store.settings()
    store.change({ ...settings, changed: { ...settings.changed, [name]: keys } })
  }
  return (
    <div>
      <dt>
        {label}
        {fault !== null && (
          <p className={styles.fault} role="alert">
            {fault}
          </p>
        )}
      </dt>
      <dd>
        <button
          type="button"
          className={styles.change}
          aria-label={`${text.change(label)}: ${spell(store.keysOf(name)).join(' ')}`}
          onClick={() => setAsking(true)}
          onBlur={() => setAsking(false)}
          onKeyDown={take}
        >
          {asking ? <span className="dim">{text.press}</span> : <KeyCap keys={store.keysOf(name)} />}
        </button>
      </dd>
    </div>
  )
}
