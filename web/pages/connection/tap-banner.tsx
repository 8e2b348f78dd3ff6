import { Button } from '@mantine/core'
import { Eye, EyeOff, Unplug } from 'lucide-react'

import { text as messages } from '../../messages/connection.ts'
import { Notice } from '../../ui/notice.tsx'
import type { Tap } from './use-tap.ts'

const text = messages.messages

/** On all tabs of the page: that messages are being read, or why not any more. */
export function TapBanner({ tap: { state, start, stop } }: { tap: Tap }) {
  if (state.phase === 'reading') {
    return (
      <Notice
        tone="warning"
        icon={<Eye size={20} />}
        title={text.banner(state.reason)}
        actions={
          <Button size="xs" variant="default" onClick={stop}>
            {text.stop}
          </Button>
        }
      />
    )
  }
  if (state.phase !== 'lost' && state.phase !== 'stopped') return null
  const lost = state.phase === 'lost'
  return (
    <Notice
      tone={lost ? 'error' : 'info'}
      icon={lost ? <Unplug size={20} /> : <EyeOff size={20} />}
      title={lost ? text.lost : text.stopped}
      actions={
        <Button size="xs" variant="default" onClick={() => start(state.reason)}>
          {text.again}
        </Button>
      }
    >
      <p>{lost ? text.lostHint : text.keptHere}</p>
    </Notice>
  )
}
