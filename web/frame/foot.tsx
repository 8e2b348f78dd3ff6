import { UnstyledButton } from '@mantine/core'

import { messages } from '../messages.ts'
import { useSearchParam } from '../ui/use-search-param.ts'

import styles from './frame.module.css'

/** Below every page: in which zone times are shown, and the other one. */
export function Foot() {
  const [zone, setZone] = useSearchParam('tz')
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const utc = zone === 'utc'
  return (
    <footer className={styles.foot}>
      <span>{messages.zone.shown(utc ? 'UTC' : own)}</span>
      {own !== 'UTC' && (
        <UnstyledButton className={styles.footLink} onClick={() => setZone(utc ? '' : 'utc')}>
          {utc ? messages.zone.local(own) : messages.zone.utc}
        </UnstyledButton>
      )}
    </footer>
  )
}
