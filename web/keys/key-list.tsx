import { Modal } from '@mantine/core'

import { text } from '../messages/keys.ts'
import { KeyTable } from './key-table.tsx'

/** All keys, by `?`. */
export function KeyList({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.title}
      size="xl"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text.close }}
    >
      <KeyTable />
    </Modal>
  )
}
