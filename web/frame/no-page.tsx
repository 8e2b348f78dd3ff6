import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { MapPinOff } from 'lucide-react'

import { messages } from '../messages.ts'
import { Empty } from '../ui/empty.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** An address that no page has. */
export function NoPage() {
  return (
    <>
      <PageHead title={messages.noPageTitle} />
      <Empty icon={<MapPinOff size={22} />} title={messages.noPage}>
        <Button component={Link} to="/" variant="default">
          {messages.noPageLink}
        </Button>
      </Empty>
    </>
  )
}
