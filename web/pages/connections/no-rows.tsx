import { Button, Skeleton } from '@mantine/core'
import { PlugZap, Search, ShieldCheck, Unplug } from 'lucide-react'

import { withWord } from '../../filter/words.ts'
import type { LiveState } from '../../live/live-store.ts'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/connections.ts'
import { useBase } from '../../snippets/use-base.ts'
import { filterWord, AppLink } from '../../ui/app-link.tsx'
import { Command } from '../../ui/command.tsx'
import { Empty } from '../../ui/empty.tsx'
import { preferredService } from '../../ui/preferred-service.ts'
import { serviceUrl } from '../../ui/service-url.ts'
import type { Tab } from './columns.tsx'

import styles from './connections.module.css'

const icons = { open: <PlugZap size={22} />, closed: <Unplug size={22} />, refused: <ShieldCheck size={22} /> }

/** What belongs here, why there is nothing, and how to change that. */
export function NoRows({ tab }: { tab: Tab }) {
  return (
    <Empty icon={icons[tab]} title={text.empty[tab]}>
      {tab === 'open' ? <HowToConnect /> : <p>{text.emptyHint[tab]}</p>}
    </Empty>
  )
}

function HowToConnect() {
  const { services } = useLive()
  const base = useBase()
  const service = preferredService(services)
  if (service === undefined) {
    return (
      <>
        <p>{text.noService}</p>
        <Button component={AppLink} to="/services" variant="light">
          {text.services}
        </Button>
      </>
    )
  }
  return (
    <>
      <p>{text.emptyHint.open}</p>
      <div className={styles.try}>
        {typeof base === 'string' && (
          <Command text={`websocketc ${serviceUrl(base, service)}`} label={text.copyCommand} />
        )}
        <Button component={AppLink} to={`/try?${new URLSearchParams({ service })}`}>
          {text.tryIt}
        </Button>
      </div>
    </>
  )
}

interface NoMatchProps {
  /** The filter is not understood; beside it stands why. */
  readonly unclear: boolean
  /** How many there are without it. */
  readonly total: number
  readonly onClear: () => void
}

export function NoMatch({ unclear, total, onClear }: NoMatchProps) {
  return (
    <Empty icon={<Search size={22} />} title={unclear ? text.filterNotUnderstood : text.noMatch}>
      {!unclear && <p>{text.noMatchHint(total)}</p>}
      <Button variant="light" onClick={onClear}>
        {text.clearFilter}
      </Button>
    </Empty>
  )
}

/** Services offered to narrow a long list. */
const SERVICES = 4

interface SuggestionsProps {
  readonly count: number
  readonly live: LiveState
  readonly onFilter: (filter: string) => void
}

/** Ways to narrow a list that is too long to be looked through. */
export function Suggestions({ count, live, onFilter }: SuggestionsProps) {
  const busiest = [...live.perService].toSorted(([, a], [, b]) => b - a).slice(0, SERVICES)
  const words = ['state:paused', 'age<1m', ...busiest.map(([name]) => filterWord('service', name))]
  return (
    <div className={styles.suggestions}>
      <span>{text.tooMany(count)}</span>
      {words.map((word) => (
        <Button key={word} size="compact-xs" variant="light" onClick={() => onFilter(withWord('', word))}>
          <span className="mono">{word}</span>
        </Button>
      ))}
    </div>
  )
}

/** Eight grey rows, after a moment. */
export function Loading() {
  return (
    <div className={`late ${styles.placeholder}`} aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        <Skeleton key={i} height={18} />
      ))}
    </div>
  )
}
