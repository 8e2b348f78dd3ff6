import { Button } from '@mantine/core'
import { AudioLines } from 'lucide-react'

import { text } from '../../messages/services.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Failure } from '../../ui/answer.tsx'
import { startEcho } from './service-api.ts'
import { useTask } from './use-task.ts'

interface EchoButtonProps {
  readonly label: string
  readonly size?: 'xs' | 'sm'
  readonly variant?: 'default' | 'filled'
  /** Called with the name it has. */
  readonly onStarted?: (name: string) => void
}

/** Starts the built-in echo service: for admins, where there is no service yet. */
export function EchoButton({ label, size = 'sm', variant = 'default', onStarted }: EchoButtonProps) {
  const { busy, error, run } = useTask()
  const start = () =>
    run(async () => {
      const { name } = await startEcho()
      toast(text.echoStarted(name))
      onStarted?.(name)
    })
  return (
    <>
      <Button
        size={size}
        variant={variant}
        leftSection={<AudioLines size={15} />}
        aria-disabled={busy}
        onClick={() => void start()}
      >
        {busy ? text.startingEcho : label}
      </Button>
      {error !== null && <Failure error={error} />}
    </>
  )
}
