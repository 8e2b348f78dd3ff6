import { messages } from '../messages.ts'
import { Standalone } from '../ui/standalone.tsx'
import type { Why } from './last-session.ts'
import { SignInForm } from './sign-in-form.tsx'
import { WhyHere } from './why.tsx'

/** Stands in for whatever page was asked for, at its address, so that signing in leads there. */
export function SignInPage({ why, user }: { why: Why; user: string }) {
  return (
    <Standalone title={messages.signIn.title} purpose={messages.signIn.purpose}>
      <WhyHere why={why} />
      <SignInForm user={user} />
    </Standalone>
  )
}
