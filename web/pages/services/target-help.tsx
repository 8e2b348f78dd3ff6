import { useGet } from '../../data/use-get.ts'
import { text } from '../../messages/services.ts'

import styles from './services.module.css'

/** What can stand as a target: the kinds that this gateway reaches, with an example each. */
export function TargetHelp() {
  const { data } = useGet<{ readonly transports: readonly string[] }>('/capabilities')
  const { targets, targetKinds, supported } = text.form
  const shown = targets.filter(([uri]) => data?.transports.includes(uri.slice(0, uri.indexOf(':'))) ?? true)
  return (
    <details className={styles.help}>
      <summary>{targetKinds}</summary>
      <dl>
        {shown.map(([uri, meaning]) => (
          <div key={uri}>
            <dt className="mono">{uri}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      {data !== undefined && <p className="dim">{supported(data.transports)}</p>}
    </details>
  )
}
