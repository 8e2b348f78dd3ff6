import { LogOut } from 'lucide-react'

import { messages } from '../messages.ts'
import { Notice } from '../ui/notice.tsx'
import type { Why } from './last-session.ts'

const text = messages.signIn.why

/** What became of the session that was, and what ends one at all. Nothing for somebody who comes for the first time. */
export function WhyHere({ why }: { why: Why }) {
  if (why === 'none') return null
  return (
    <Notice tone="info" icon={<LogOut size={20} />} title={text[why].title}>
      <p>{text[why].detail}</p>
      {why !== 'signed-out' && (
        <details>
          <summary>{text.question}</summary>
          {text.answer.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </details>
      )}
    </Notice>
  )
}
