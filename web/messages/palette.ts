import { catalog } from './catalog.ts'

/** The search over everything. */
export const text = catalog({
  title: 'Search',
  placeholder: 'Page, service, rule, connection or command',
  clear: 'Clear the search',
  nothing: (query: string) => `Nothing is called “${query}”. Try a service, part of a rule, or a connection id.`,
  more: (count: number) => `${count} more: type on to narrow them down`,
  groups: {
    pages: 'Pages',
    services: 'Services',
    rules: 'Rules',
    connections: 'Connections',
    commands: 'Commands',
  },
  rule: (number: number) => `Rule ${number}`,
  redirect: (number: number) => `Redirect ${number}`,
  open: (count: number) => `${count} open`,
  explainId: (id: string) => `Explain ${id}`,
  explainIdHint: 'A connection or refusal by its id',
  filter: (query: string) => `Connections that match ${query}`,
  commands: {
    newRule: 'New firewall rule',
    newRedirect: 'New redirect',
    newTest: 'New rule test',
    explain: 'Explain a connection',
    review: 'Review changes',
    undo: 'Undo the last change of the rules',
    light: 'Light colours',
    dark: 'Dark colours',
    system: 'Colours of the system',
    signOut: 'Sign out',
  },
})
