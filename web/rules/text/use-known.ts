import { useMemo } from 'react'

import type { UserInfo } from '../../../shared/api.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { atLeast } from '../../../shared/roles.ts'
import { useGet } from '../../data/use-get.ts'
import { useLive } from '../../live/use-live.ts'
import { useAccount } from '../../session/use-session.ts'
import type { Known } from './complete.ts'

/** Names to offer: those of the gateway, and those that the rules mention already. */
export function useKnown(document: PolicyDocument): Known {
  const { services } = useLive()
  const { role } = useAccount()
  const users = useGet<{ readonly users: readonly UserInfo[] }>('/users', { enabled: atLeast(role, 'admin') })
  return useMemo(() => {
    const peers = [...document.rules, ...document.redirects].flatMap(({ peer }) => peer.split(' '))
    const named = (prefix: string) =>
      peers.filter((word) => word.startsWith(prefix) && !word.includes('*')).map((word) => word.slice(prefix.length))
    const accounts = users.data?.users ?? []
    return {
      services: sorted([...services.map(({ name }) => name), ...document.redirects.map(({ from }) => from)]),
      users: sorted([...accounts.map(({ name }) => name), ...named('user:')]),
      groups: sorted([...accounts.flatMap(({ groups }) => groups), ...named('group:')]),
    }
  }, [services, document, users.data])
}

const sorted = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => !name.includes('*')).toSorted((a, b) => a.localeCompare(b))
