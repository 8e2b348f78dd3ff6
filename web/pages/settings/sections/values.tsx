import { Lock } from 'lucide-react'
import { Fragment } from 'react'

import type { Setting, SettingsAnswer } from '../../../../shared/dashboard.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { Answer } from '../../../ui/answer.tsx'
import { Section } from '../section.tsx'
import { SettingsTable } from '../settings-table.tsx'

import styles from '../settings.module.css'

const text = all.values

/** What the gateway runs with, and who has set it. */
export function ValuesSection() {
  const settings = useGet<SettingsAnswer>('/settings')
  return (
    <Section name="values" hint={text.hint}>
      <Answer of={settings}>{(answer) => <Groups settings={answer.settings} />}</Answer>
    </Section>
  )
}

function Groups({ settings }: { settings: readonly Setting[] }) {
  return [...new Set(settings.map(({ group }) => group))].map((group) => {
    const members = settings.filter((setting) => setting.group === group)
    return (
      <Fragment key={group}>
        <h3 className={styles.group}>{group}</h3>
        <SettingsTable label={group} head={[text.name, text.value, text.default, text.source]}>
          {members.map((setting) => (
            <Row key={setting.name} setting={setting} />
          ))}
        </SettingsTable>
      </Fragment>
    )
  })
}

function Row({ setting: { name, help, value, default: usual, source } }: { setting: Setting }) {
  return (
    <tr>
      <td>
        <div className={`${styles.name} mono`}>{name}</div>
        <div className={styles.help}>{help}</div>
      </td>
      <td className="mono wrap">{value === '' ? <span className="dim">{text.empty}</span> : value}</td>
      <td className="mono wrap dim">{usual === '' ? text.empty : usual}</td>
      <td className="nowrap">
        {source === 'default' ? (
          <span className="dim">{text.sources.default}</span>
        ) : (
          <span className={styles.tag}>
            <Lock size={11} aria-hidden="true" /> {text.sources[source]}
          </span>
        )}
      </td>
    </tr>
  )
}
