import { useMantineColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

import { formatRedirect, formatRule } from '../../shared/policy/line-format.ts'
import { useSeenPages } from '../frame/use-seen-pages.ts'
import { useLive, useLiveStore } from '../live/use-live.ts'
import { text } from '../messages/palette.ts'
import type { Page } from '../pages/page.ts'
import { useDraft, useDraftStore } from '../policy/use-draft.ts'
import { useAccount, useMayChange, useSessionStore } from '../session/use-session.ts'
import type { Entry } from './find.ts'

/** Ids of connections and requests. */
const ID = /^[\w-]{6,60}$/

/** Everything that the search can find right now, as long as the search is open. */
export function useEntries(pages: readonly Page[], query: string): readonly Entry[] {
  const navigate = useNavigate()
  const { services, open } = useLive()
  const store = useLiveStore()
  const { document } = useDraft()
  const seen = useSeenPages(pages)
  const commands = useCommands()
  const go =
    (to: string, search: Readonly<Record<string, string>> = {}) =>
    () =>
      void navigate({ to, search: search as never })
  const asked = query.trim()
  const exact = ID.test(asked) ? store.find(asked) : undefined
  return [
    ...(exact === undefined && ID.test(asked) && /\d/.test(asked)
      ? [explaining(asked, go('.', { explain: asked }))]
      : []),
    ...seen.map(({ path, title, nav }): Entry => ({
      id: path,
      group: 'pages',
      label: title,
      ...(nav.group !== undefined && { hint: nav.group }),
      run: go(path),
    })),
    ...services.map(({ name, connections }): Entry => ({
      id: `service ${name}`,
      group: 'services',
      label: name,
      hint: text.open(connections),
      run: go(`/services/${encodeURIComponent(name)}`),
    })),
    ...document.rules.map((rule, i): Entry => ({
      id: `rule ${rule.id}`,
      group: 'rules',
      label: formatRule(rule),
      hint: text.rule(i + 1),
      run: go('/rules/firewall', { edit: rule.id }),
    })),
    ...document.redirects.map((redirect, i): Entry => ({
      id: `redirect ${redirect.id}`,
      group: 'rules',
      label: formatRedirect(redirect),
      hint: text.redirect(i + 1),
      run: go('/rules/redirection', { edit: redirect.id }),
    })),
    ...(asked.length < 2 ? [] : open).map(({ info: { id, service, peer, user } }): Entry => ({
      id: `connection ${id}`,
      group: 'connections',
      label: id,
      hint: [service, user, peer].filter((part) => part !== null).join(' · '),
      run: go(`/connections/${id}`),
    })),
    ...(exact === undefined ? [] : [explaining(asked, go('.', { explain: asked }))]),
    ...commands,
  ]
}

function explaining(id: string, run: () => void): Entry {
  return { id: 'explain', group: 'commands', label: text.explainId(id), hint: text.explainIdHint, run }
}

function useCommands(): readonly Entry[] {
  const navigate = useNavigate()
  const mayChange = useMayChange()
  const { by } = useAccount()
  const session = useSessionStore()
  const draft = useDraftStore()
  const { changes, undo } = useDraft()
  const { setColorScheme } = useMantineColorScheme()
  const go = (to: string, search: Readonly<Record<string, string>>) => () =>
    void navigate({ to, search: search as never })
  const command = (id: keyof typeof text.commands, run: () => void): Entry => ({
    id,
    group: 'commands',
    label: text.commands[id],
    run,
  })
  return [
    command('explain', go('.', { explain: 'new' })),
    ...(mayChange
      ? [
          command('newRule', go('/rules/firewall', { edit: 'new' })),
          command('newRedirect', go('/rules/redirection', { edit: 'new' })),
          command('newTest', go('/rules/tests', { edit: 'new' })),
        ]
      : []),
    ...(mayChange && changes.length > 0 ? [command('review', go('/rules/review', {}))] : []),
    ...(undo === null ? [] : [command('undo', () => void draft.undo())]),
    command('light', () => setColorScheme('light')),
    command('dark', () => setColorScheme('dark')),
    command('system', () => setColorScheme('auto')),
    ...(by === 'session' ? [command('signOut', () => void session.signOut().catch(() => session.check()))] : []),
  ]
}
