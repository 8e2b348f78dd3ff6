import { catalog } from './catalog.ts'

/** The list of all keys. */
export const text = catalog({
  title: 'Keys',
  purpose: 'They never act while you type, and not below an open dialog.',
  goTo: (page: string) => `Go to ${page}`,
  pages: 'Pages',
  andThen: 'then',
  single: 'Keys of one character act',
  singleHint: 'Switch them off if a screen reader or speech input presses them by accident.',
  change: (label: string) => `Change the key for: ${label}`,
  press: 'Press the new key',
  taken: (keys: string, label: string) => `${keys} is the key for “${label}” already.`,
  reset: 'All keys as they were',
  close: 'Close',
  names: { Mod: 'Ctrl', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', Delete: 'Del', Space: 'Space' },
})
