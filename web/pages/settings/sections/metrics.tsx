import { text as all } from '../../../messages/settings.ts'
import { Copyable } from '../../../ui/copy-button.tsx'
import { Section } from '../section.tsx'

import styles from '../settings.module.css'

const text = all.metrics

/** How Prometheus gets at the metrics. */
export function MetricsSection() {
  const scrape = `- job_name: sockgate
  authorization:
    credentials: TOKEN
  static_configs:
    - targets: ['${window.location.host}']`
  return (
    <Section name="metrics" hint={text.hint}>
      <div className={styles.secret}>
        <pre className="grow" style={{ margin: 0 }}>
          {scrape}
        </pre>
        <Copyable value={scrape} label={text.copy} />
      </div>
      <p>
        <a href="/metrics" target="_blank" rel="noreferrer">
          {text.open}
        </a>
      </p>
    </Section>
  )
}
