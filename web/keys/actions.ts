import { messages } from '../messages.ts'

const text = messages.keys

/** One thing that a key does. `keys` is what is pressed: `?`, `Alt+ArrowUp`, `Mod+Z` (Ctrl, or Cmd on a Mac). */
export interface KeyAction {
  readonly keys: string
  readonly label: string
  readonly group: keyof typeof text.groups
}

/** Catalog of all keys besides those for pages (`g` and a letter, see the catalog of pages): one line each. */
export const keyActions = {
  help: { keys: '?', label: text.help, group: 'everywhere' },
  search: { keys: '/', label: text.search, group: 'everywhere' },
  palette: { keys: 'Mod+K', label: text.search, group: 'everywhere' },
  why: { keys: 'w', label: text.why, group: 'everywhere' },
  filter: { keys: 'f', label: text.filter, group: 'lists' },
  pause: { keys: 'p', label: text.pause, group: 'lists' },
  next: { keys: 'j', label: text.next, group: 'lists' },
  previous: { keys: 'k', label: text.previous, group: 'lists' },
  open: { keys: 'Enter', label: text.open, group: 'lists' },
  tick: { keys: 'Space', label: text.tick, group: 'lists' },
  tickRange: { keys: 'Shift+Space', label: text.tickRange, group: 'lists' },
  closePanel: { keys: 'Escape', label: text.closePanel, group: 'lists' },
  nextDetail: { keys: ']', label: text.nextDetail, group: 'lists' },
  previousDetail: { keys: '[', label: text.previousDetail, group: 'lists' },
  messages: { keys: 'm', label: text.messages, group: 'connections' },
  close: { keys: 'x', label: text.close, group: 'connections' },
  create: { keys: 'n', label: text.create, group: 'rules' },
  edit: { keys: 'e', label: text.edit, group: 'rules' },
  clone: { keys: 'c', label: text.clone, group: 'rules' },
  switch: { keys: 'x', label: text.switch, group: 'rules' },
  remove: { keys: 'Delete', label: text.remove, group: 'rules' },
  moveUp: { keys: 'Alt+ArrowUp', label: text.moveUp, group: 'rules' },
  moveDown: { keys: 'Alt+ArrowDown', label: text.moveDown, group: 'rules' },
  undo: { keys: 'Mod+Z', label: text.undo, group: 'rules' },
  redo: { keys: 'Mod+Shift+Z', label: text.redo, group: 'rules' },
  review: { keys: 'Mod+S', label: text.review, group: 'rules' },
  send: { keys: 'Mod+Enter', label: text.send, group: 'everywhere' },
} as const satisfies Readonly<Record<string, KeyAction>>

export type KeyActionName = keyof typeof keyActions
