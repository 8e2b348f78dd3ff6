import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { RefreshCw, SearchX } from 'lucide-react'
import { useState } from 'react'

import type { Candidate } from '../../../shared/dashboard.ts'
import { text as all } from '../../messages/services.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Answer, Failure } from '../../ui/answer.tsx'
import { Empty } from '../../ui/empty.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { SidePanel } from '../../ui/side-panel.tsx'
import { CandidateList } from './candidate-list.tsx'
import { defineService } from './service-api.ts'
import { useCandidates } from './use-candidates.ts'
import { useTask } from './use-task.ts'

import styles from './services.module.css'

const text = all.find

/** What is on this machine and could be a service, each with a button that makes it one. */
export function FindPanel({ onClose }: { onClose: () => void }) {
  const found = useCandidates()
  const queries = useQueryClient()
  const { busy, error, run } = useTask()
  const [adding, setAdding] = useState('')
  const add = ({ name, target }: Candidate) =>
    run(async () => {
      setAdding(target)
      await defineService(name, { target })
      toast(all.added(oneLine(name)))
      await queries.invalidateQueries({ queryKey: ['/services/candidates'] })
    })
  return (
    <SidePanel
      title={text.title}
      onClose={onClose}
      foot={
        <Button variant="default" leftSection={<RefreshCw size={15} />} onClick={() => void found.refetch()}>
          {text.again}
        </Button>
      }
    >
      <p className={`dim ${styles.intro}`}>{text.intro}</p>
      {error !== null && <Failure error={error} />}
      <Answer of={found}>
        {({ candidates }) =>
          candidates.length === 0 ? (
            <Empty icon={<SearchX size={22} />} title={text.none}>
              <p>{text.noneHint}</p>
            </Empty>
          ) : (
            <CandidateList
              candidates={candidates}
              button={text.add}
              label={text.addLabel}
              adding={busy ? adding : null}
              onChosen={(candidate) => void add(candidate)}
            />
          )
        }
      </Answer>
    </SidePanel>
  )
}
