import { Modal } from '@mantine/core'

import { messages } from '../messages.ts'
import type { SessionState } from './session-store.ts'
import { SignInForm } from './sign-in-form.tsx'
import { WhyHere } from './why.tsx'

const nothing = () => {}

/** Sign-in over a page whose session ended: the page keeps its state, and goes on afterwards. */
export function SignInOver({ state }: { state: SessionState }) {
  return (
    <Modal.Root
      opened={state.type === 'interrupted'}
      onClose={nothing}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      radius="lg"
    >
      <Modal.Overlay blur={8} backgroundOpacity={0.4} />
      <Modal.Content>
        <Modal.Body className="over">
          <Modal.Title className="over-title">{messages.signIn.title}</Modal.Title>
          {state.type === 'interrupted' && (
            <>
              <WhyHere why={state.why} />
              <SignInForm user={state.session.user} />
            </>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
