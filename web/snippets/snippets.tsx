import { SegmentedControl, Switch } from '@mantine/core'
import { Link2Off } from 'lucide-react'
import { useState } from 'react'

import { text } from '../messages/snippets.ts'
import { useAccount } from '../session/use-session.ts'
import { AppLink } from '../ui/app-link.tsx'
import { Copyable } from '../ui/copy-button.tsx'
import { Empty } from '../ui/empty.tsx'
import { snippetCode, snippetKinds } from './snippet-code.ts'
import type { SnippetKind } from './snippet-code.ts'
import { useTokenNeeded } from './use-token-needed.ts'

import styles from './snippets.module.css'

/**
 * Lines of code that reach a service, ready to be pasted. `url` is the service's address as `serviceUrl` writes it; null
 * when no listener can be reached from here.
 */
export function Snippets({ service, url }: { service: string; url: string | null }) {
  const needed = useTokenNeeded(service)
  const { role } = useAccount()
  const [kind, setKind] = useState<SnippetKind>('browser')
  const [wanted, setWanted] = useState<boolean | null>(null)
  const token = wanted ?? needed ?? false
  if (url === null) {
    return (
      <Empty icon={<Link2Off size={22} />} title={text.noUrl}>
        <p>{text.noUrlHint}</p>
      </Empty>
    )
  }
  const code = snippetCode(kind, { url, token })
  return (
    <div className={styles.snippets}>
      <div className={styles.head}>
        <SegmentedControl
          size="xs"
          aria-label={text.label}
          data={snippetKinds.map((value) => ({ value, label: text.kinds[value] }))}
          value={kind}
          onChange={(value) => setKind(value)}
        />
        <Switch
          size="sm"
          label={text.token}
          checked={token}
          onChange={(event) => setWanted(event.currentTarget.checked)}
        />
      </div>
      <div className={styles.box}>
        {/* Long lines scroll, so the keyboard must be able to get in. */}
        <pre tabIndex={0} aria-label={text.kinds[kind]} role="region">
          {code}
        </pre>
        <span className={styles.copy}>
          <Copyable value={code} label={text.copy(text.kinds[kind])} />
        </span>
      </div>
      <p className={styles.hint}>{text.hints[kind]}</p>
      {token && (
        <p className={styles.hint}>
          {needed ? text.tokenNeeded : text.tokenOptional}{' '}
          {role === 'admin' && <AppLink to="/settings?section=accounts">{text.makeToken}</AppLink>}
        </p>
      )}
    </div>
  )
}
