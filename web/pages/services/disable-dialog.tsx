import { Button, Modal, NativeSelect, Radio, Stack } from '@mantine/core'
import { useState } from 'react'

import type { ServiceInfo } from '../../../shared/connection.ts'
import { spellDuration } from '../../../shared/units.ts'
import { useLive } from '../../live/use-live.ts'
import { text as all } from '../../messages/services.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Failure } from '../../ui/answer.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { disableService, enableService } from './service-api.ts'
import { useTask } from './use-task.ts'

import styles from './services.module.css'

const text = all.disable

type Existing = 'keep' | 'close' | 'drain'
const TIMES_MS = [10_000, 30_000, 60_000, 300_000]

/** Asks what happens to the open connections before a service takes no more. */
export function DisableDialog({ service, onClose }: { service: ServiceInfo; onClose: () => void }) {
  const open = useLive().perService.get(service.name) ?? 0
  const [existing, setExisting] = useState<Existing>('keep')
  const [overMs, setOverMs] = useState(30_000)
  const { busy, error, run } = useTask()
  const { name } = service
  const submit = async () => {
    const body = { existing: open === 0 ? ('keep' as const) : existing, drainOver: `${overMs / 1000}s` }
    if (!(await run(() => disableService(name, body)))) return
    toast(all.disabled(oneLine(name)), { undo: () => void enableService(name).catch(() => {}) })
    onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.title(oneLine(name))}
      centered
      closeButtonProps={{ 'aria-label': text.cancel }}
    >
      <Stack gap="md">
        <p>{text.what}</p>
        {open === 0 ? (
          <p className="dim">{text.none}</p>
        ) : (
          <Radio.Group label={text.open(open)} value={existing} onChange={(value) => setExisting(value)}>
            <Stack gap={10} mt={10}>
              <Radio value="keep" label={text.keep} />
              <Radio value="close" label={text.close} />
              <div className={styles.drain}>
                <Radio value="drain" label={text.drain} />
                <NativeSelect
                  size="xs"
                  aria-label={text.over}
                  data={TIMES_MS.map((ms) => ({ value: String(ms), label: spellDuration(ms) }))}
                  value={String(overMs)}
                  onChange={(event) => {
                    setOverMs(Number(event.currentTarget.value))
                    setExisting('drain')
                  }}
                />
              </div>
            </Stack>
          </Radio.Group>
        )}
        {error !== null && <Failure error={error} />}
        <div className={styles.dialogButtons}>
          <Button variant="default" data-autofocus onClick={onClose}>
            {text.cancel}
          </Button>
          <Button color="red.9" aria-disabled={busy} onClick={() => void submit()}>
            {busy ? text.busy : text.submit}
          </Button>
        </div>
      </Stack>
    </Modal>
  )
}
