import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { RefreshCw } from 'lucide-react'

import type { ConnectionEffect, PolicyPreview } from '../../../shared/api.ts'
import { text as all } from '../../messages/review.ts'
import { useDraftStore } from '../../policy/use-draft.ts'
import { oneLine } from '../../ui/one-line.ts'
import { EntryLink } from './entry-link.tsx'

import styles from './review.module.css'

const text = all.effects

/** Rows of each table; the rest is a number. */
const SHOWN = 50

/** What the draft would do to connections: those that are open, and those of late. */
export function Effects({ preview: { open, recent } }: { preview: PolicyPreview }) {
  const store = useDraftStore()
  return (
    <>
      <div className={styles.subhead}>
        <h3>{text.open}</h3>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<RefreshCw size={12} />}
          onClick={() => store.refreshPreview()}
        >
          {text.refresh}
        </Button>
      </div>
      {open.effects.length === 0 ? (
        <p className="dim">{text.none(open.unchanged)}</p>
      ) : (
        <>
          <EffectTable label={text.table} effects={open.effects} names={text.effectNames} />
          {open.unchanged > 0 && <p className="dim">{text.unchanged(open.unchanged)}</p>}
        </>
      )}
      <h3 className={styles.subhead}>{text.recent}</h3>
      {recent.effects.length === 0 ? (
        <p className="dim">{text.recentNone}</p>
      ) : (
        <EffectTable label={text.recentTable} effects={recent.effects} names={text.recentNames} />
      )}
    </>
  )
}

interface EffectTableProps {
  readonly label: string
  readonly effects: readonly ConnectionEffect[]
  readonly names: Readonly<Record<ConnectionEffect['effect'], string>>
}

function EffectTable({ label, effects, names }: EffectTableProps) {
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.connection}</th>
            <th scope="col">{text.effect}</th>
            <th scope="col">{text.service}</th>
            <th scope="col">{text.client}</th>
            <th scope="col">{text.rule}</th>
          </tr>
        </thead>
        <tbody>
          {effects.slice(0, SHOWN).map(({ id, service, peer, user, effect, rule, target }) => (
            <tr key={id}>
              <td>
                <Link to={`/connections/${id}`} className="mono">
                  {id}
                </Link>
              </td>
              <td>
                <span className={styles.effect} data-effect={effect}>
                  {names[effect]}
                </span>
                {effect === 'redirected' && <span className="mono"> {target}</span>}
              </td>
              <td className="wrap">{oneLine(service)}</td>
              <td className="wrap">
                {user !== null && <span className="strong">{oneLine(user)} </span>}
                <span className="mono nowrap">{peer}</span>
              </td>
              <td className="nowrap">
                <EntryLink id={rule} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {effects.length > SHOWN && <p className="dim">{text.more(effects.length - SHOWN)}</p>}
    </div>
  )
}
