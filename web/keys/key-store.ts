import { keyActions } from './actions.ts'
import type { KeyActionName } from './actions.ts'
import { isField, isSingle, pressed } from './pressed.ts'

/** What an account has set about its keys. */
export interface KeySettings {
  /** Whether keys of one character act. */
  readonly single: boolean
  /** Other keys than those of the catalog. */
  readonly changed: Readonly<Partial<Record<KeyActionName, string>>>
}

/** The second key after `g`. */
export interface PageKey {
  readonly key: string
  readonly title: string
  readonly go: () => void
}

type Handler = (event: KeyboardEvent) => void

const STORAGE = 'sockgate-keys'
/** How long `g` waits for its second key, in ms. */
const SECOND_MS = 1500

/**
 * The page's keys: components register what an action does while they are shown, the last one wins. Nothing acts while
 * somebody types, in a menu, or below an open dialog; keys with Ctrl do act in fields.
 */
export class KeyStore {
  readonly #handlers = new Map<KeyActionName, Handler[]>()
  readonly #pages = new Map<string, PageKey>()
  readonly #listeners = new Set<() => void>()
  #settings: KeySettings = readSettings()
  #wentAt = -Infinity

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly settings = (): KeySettings => this.#settings

  /** Kept in this browser. */
  change(settings: KeySettings): void {
    this.#settings = settings
    try {
      localStorage.setItem(STORAGE, JSON.stringify(settings))
    } catch {
      // Storage is switched off: it holds until the page is closed.
    }
    for (const listener of this.#listeners) listener()
  }

  keysOf(action: KeyActionName): string {
    return this.#settings.changed[action] ?? keyActions[action].keys
  }

  /** @param last acts only when nobody else wants the key @returns takes it back */
  on(action: KeyActionName, handler: Handler, last = false): () => void {
    const handlers = this.#handlers.get(action) ?? []
    this.#handlers.set(action, last ? [handler, ...handlers] : [...handlers, handler])
    return () => {
      const left = (this.#handlers.get(action) ?? []).filter((other) => other !== handler)
      this.#handlers.set(action, left)
    }
  }

  /** `g` and then its key goes to a page. @returns takes it back */
  onPage(page: PageKey): () => void {
    this.#pages.set(page.key, page)
    return () => void this.#pages.delete(page.key)
  }

  /** Pages that have a key, in the order of the navigation. */
  pageKeys(): readonly PageKey[] {
    return [...this.#pages.values()]
  }

  /** Listens on the window. @returns stops that */
  start(): () => void {
    const listen = (event: KeyboardEvent) => this.#press(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const keys = pressed(event)
    const plain = !keys.startsWith('Mod+')
    if (plain && isField(event.target)) return
    // A dialog is asking something: only what it has registered itself may act, and it handles its own keys.
    if (plain && document.querySelector('[aria-modal="true"]') !== null) return
    if (isSingle(keys) && !this.#settings.single) return
    if (plain && this.#goes(event, keys)) return
    // Enter and Space belong to the button or link that has the focus.
    if (['Enter', 'Space'].includes(keys) && event.target instanceof HTMLElement && event.target.closest('button, a'))
      return
    for (const action of Object.keys(keyActions) as KeyActionName[]) {
      const handler = this.keysOf(action) === keys ? this.#handlers.get(action)?.at(-1) : undefined
      if (handler === undefined) continue
      // What was typed last is undone first, by the field itself.
      if ((action === 'undo' || action === 'redo') && isField(event.target)) return
      event.preventDefault()
      handler(event)
      return
    }
  }

  #goes(event: KeyboardEvent, keys: string): boolean {
    if (keys === 'g') {
      this.#wentAt = event.timeStamp
      return true
    }
    const second = event.timeStamp - this.#wentAt < SECOND_MS
    this.#wentAt = -Infinity
    const page = second ? this.#pages.get(keys) : undefined
    if (page === undefined) return false
    event.preventDefault()
    page.go()
    return true
  }
}

function readSettings(): KeySettings {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE) ?? '{}') as Partial<KeySettings>
    return { single: stored.single ?? true, changed: stored.changed ?? {} }
  } catch {
    return { single: true, changed: {} }
  }
}
