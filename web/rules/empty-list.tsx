import { Button } from '@mantine/core'
import { ArrowLeftRight, Plus, ShieldCheck } from 'lucide-react'

import { text } from '../messages/rules.ts'
import { Command } from '../ui/command.tsx'
import { Empty } from '../ui/empty.tsx'
import type { ListName } from './entry.ts'

interface EmptyListProps {
  readonly list: ListName
  /** What happens to connections in while there is no rule. */
  readonly verdict: 'allow' | 'deny'
  /** Null: nothing can be changed here. */
  readonly onCreate: (() => void) | null
}

/** What belongs here, and how to begin. */
export function EmptyList({ list, verdict, onCreate }: EmptyListProps) {
  const title = text.empty[list].title
  const icon = list === 'rules' ? <ShieldCheck size={22} /> : <ArrowLeftRight size={22} />
  return (
    <Empty icon={icon} title={title}>
      <p>{list === 'rules' ? text.empty.rules[verdict] : text.empty.redirects.why}</p>
      {onCreate !== null && (
        <>
          <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={onCreate}>
            {list === 'rules' ? text.firewall.create : text.redirection.create}
          </Button>
          <p>{text.empty.or}</p>
          <Command text={text.empty.command[list]} label={text.empty.copy} />
        </>
      )}
    </Empty>
  )
}
