import { Button } from '@mantine/core'
import { Download } from 'lucide-react'

import { text as all } from '../../../messages/settings.ts'
import { Section } from '../section.tsx'

import styles from '../settings.module.css'

const text = all.backup

/** Everything that the gateway keeps, as one file. */
export function BackupSection() {
  return (
    <Section name="backup" hint={text.hint}>
      <div className={styles.row}>
        <Button component="a" href="/api/v1/settings/backup" download leftSection={<Download size={15} />}>
          {text.get}
        </Button>
        <Button component="a" href="/api/v1/policy/export" download="sockgate-rules.yaml" variant="default">
          {text.rules}
        </Button>
      </div>
      <p className={styles.hint} style={{ margin: 0 }}>
        {text.restore}
      </p>
    </Section>
  )
}
