import { Card, Title } from '@mantine/core'

import type { SettingsAnswer } from '../../../shared/dashboard.ts'
import { UnitError, parseDuration, spellDuration } from '../../../shared/units.ts'
import { useGet } from '../../data/use-get.ts'
import { text as all } from '../../messages/services.ts'
import { useAccount } from '../../session/use-session.ts'
import { useStatus } from '../../snippets/use-base.ts'
import { Answer } from '../../ui/answer.tsx'

import styles from './service.module.css'

const text = all.page

/** In words; null when it is off, left out when nobody told. */
interface Timers {
  readonly connect?: string | null
  readonly ping?: string | null
  readonly idle?: string | null
  readonly stall?: string | null
  readonly drain?: string | null
}

/** The life of a connection as a line, with the timers that watch over each part of it. */
export function TimersCard() {
  const admin = useAccount().role === 'admin'
  // Only an admin may ask for all of them.
  const settings = useGet<SettingsAnswer>('/settings', { enabled: admin })
  const status = useStatus()
  return (
    <Card component="section" aria-labelledby="timers-title">
      <Title order={2} id="timers-title" mb="sm">
        {text.timers}
      </Title>
      {admin ? (
        <Answer of={settings}>{(answer) => <Line timers={timersOf(answer)} />}</Answer>
      ) : (
        <Answer of={status}>{({ timerMs }) => <Line timers={{ ping: spelled(timerMs) }} />}</Answer>
      )}
    </Card>
  )
}

function Line({ timers: { connect, ping, idle, stall, drain } }: { timers: Timers }) {
  return (
    <ol className={styles.timers}>
      <li data-part="connecting">
        <p className="strong">{text.connecting}</p>
        {connect && <p>{text.connectMost(connect)}</p>}
        <p className="dim">{text.connectHint}</p>
      </li>
      <li data-part="open">
        <p className="strong">{text.inUse}</p>
        {ping === null && <p>{text.pingOff}</p>}
        {ping && <p>{text.pingEvery(ping)}</p>}
        {ping && <p className="dim">{text.pingHint}</p>}
        {idle === null && <p>{text.idleOff}</p>}
        {idle && <p>{text.idleMost(idle)}</p>}
        {stall && <p>{text.stall(stall)}</p>}
      </li>
      <li data-part="draining">
        <p className="strong">{text.draining}</p>
        {drain && <p>{text.drainMost(drain)}</p>}
        <p className="dim">{text.drainHint}</p>
      </li>
    </ol>
  )
}

function timersOf({ settings }: SettingsAnswer): Timers {
  const found = (name: string): string | null => {
    const value = settings.find((setting) => setting.name === name)?.value ?? 'off'
    try {
      return spelled(parseDuration(value))
    } catch (error) {
      if (error instanceof UnitError) return value
      throw error
    }
  }
  return {
    connect: found('connect-timeout'),
    ping: found('timer'),
    idle: found('idle-timeout'),
    stall: found('stall-timeout'),
    drain: found('drain-timeout'),
  }
}

const spelled = (ms: number): string | null => (ms === 0 ? null : spellDuration(ms))
