import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ShieldCheck, ShieldX } from 'lucide-react'

import type { AuditVerdict } from '../../../shared/api.ts'
import { send } from '../../api/client.ts'
import { text } from '../../messages/audit.ts'
import { Failure } from '../../ui/answer.tsx'
import { Notice } from '../../ui/notice.tsx'

import styles from './audit.module.css'

/** Reads the whole chain of entries on demand, and says whether it is whole. */
export function VerifyChain() {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => (await send('POST', '/audit/verify')).json() as Promise<AuditVerdict>,
  })
  const button = (
    <Button
      variant="default"
      size="xs"
      leftSection={<ShieldCheck size={14} />}
      aria-disabled={isPending}
      onClick={() => !isPending && mutate()}
    >
      {isPending ? text.verifying : text.verify}
    </Button>
  )
  if (error !== null) return <Failure error={error} retry={() => mutate()} />
  if (data === undefined) return <div className={styles.verify}>{button}</div>
  if (data.ok) {
    return (
      <Notice
        tone="info"
        icon={<ShieldCheck size={20} />}
        title={text.whole(data.entries, data.head.slice(0, 16))}
        actions={button}
      />
    )
  }
  return (
    <Notice
      tone="error"
      icon={<ShieldX size={20} />}
      title={data.firstBad === null ? data.message : text.broken(data.firstBad)}
      actions={button}
    >
      {data.firstBad !== null && <p>{data.message}</p>}
      <p>{text.brokenHint}</p>
    </Notice>
  )
}
