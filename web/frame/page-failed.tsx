import { Button } from '@mantine/core'
import { CircleAlert } from 'lucide-react'

import { messages } from '../messages.ts'
import { Copyable } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHead } from '../ui/page-head.tsx'

/**
 * A page that could not be shown: its code did not come (the gateway was replaced by another version meanwhile, or is
 * away), or it has a fault. The frame around it stays.
 */
export function PageFailed({ error }: { readonly error: unknown }) {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return (
    <>
      <PageHead title={messages.pageFailed.title} />
      <Notice
        tone="error"
        icon={<CircleAlert size={20} />}
        title={messages.pageFailed.what}
        actions={
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {messages.pageFailed.reload}
          </Button>
        }
      >
        <p>{messages.pageFailed.hint}</p>
        <p className="dim mono wrap">
          {message} <Copyable value={`${message}\n${stack}`} label={messages.pageFailed.copy} />
        </p>
      </Notice>
    </>
  )
}
