import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { FileLock2, GitMerge } from 'lucide-react'

import type { PolicyState } from '../../shared/api.ts'
import { messages } from '../messages.ts'
import { text } from '../messages/rules.ts'
import { useDraft } from '../policy/use-draft.ts'
import { Notice } from '../ui/notice.tsx'

/** The rules come from a file that others keep: nothing is changed here. */
export function ManagedNotice({ managed }: { managed: PolicyState['managed'] }) {
  if (managed === null) return null
  return (
    <Notice tone="info" icon={<FileLock2 size={20} />} title={text.managed.title}>
      <p className="wrap">{text.managed.detail(managed.path)}</p>
      {managed.drift !== null && <p>{messages.sentence(text.managed.drift(managed.drift))}</p>}
    </Notice>
  )
}

/** Somebody else has committed since the draft was begun. */
export function TheirsNotice() {
  const { theirs } = useDraft()
  if (theirs === null) return null
  return (
    <Notice
      tone="warning"
      icon={<GitMerge size={20} />}
      title={text.theirs.title(theirs.version)}
      actions={
        <Button component={Link} to="/rules/conflict" size="xs" variant="default">
          {text.theirs.link}
        </Button>
      }
    >
      <p>{text.theirs.detail}</p>
    </Notice>
  )
}
