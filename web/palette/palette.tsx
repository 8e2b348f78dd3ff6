import '@mantine/spotlight/styles.css'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { Activity, FileText, PlugZap, Search, ShieldCheck, Zap } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'

import { text } from '../messages/palette.ts'
import type { Page } from '../pages/page.ts'
import { find } from './find.ts'
import type { Entry } from './find.ts'
import { useEntries } from './use-entries.ts'

import styles from './palette.module.css'

const icons: Readonly<Record<Entry['group'], ReactNode>> = {
  pages: <FileText size={17} />,
  services: <PlugZap size={17} />,
  rules: <ShieldCheck size={17} />,
  connections: <Activity size={17} />,
  commands: <Zap size={17} />,
}

/** Search over pages, services, rules, connections and commands; shown while it is open. */
export function Palette({ pages, onClose }: { readonly pages: readonly Page[]; readonly onClose: () => void }) {
  const [[store, spotlight]] = useState(() => createSpotlight())
  const [query, setQuery] = useState('')
  const groups = find(useEntries(pages, query), query)
  useEffect(() => spotlight.open(), [spotlight])
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight="min(60vh, 520px)"
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.45 }}
      title={text.title}
    >
      <Spotlight.Search placeholder={text.placeholder} aria-label={text.title} leftSection={<Search size={18} />} />
      <Spotlight.ActionsList>
        {groups.map(({ group, entries, more }) => (
          <Spotlight.ActionsGroup key={group} label={text.groups[group]}>
            {entries.map(({ id, label, hint, run }) => (
              <Spotlight.Action key={id} onClick={run} leftSection={icons[group]} rightSection={<Hint>{hint}</Hint>}>
                <span className={group === 'rules' || group === 'connections' ? 'mono' : undefined}>{label}</span>
              </Spotlight.Action>
            ))}
            {more > 0 && <p className={styles.more}>{text.more(more)}</p>}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{text.nothing(query)}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function Hint({ children }: { children: ReactNode }) {
  return <span className={styles.hint}>{children}</span>
}
