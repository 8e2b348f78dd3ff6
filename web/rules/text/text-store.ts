import { useSyncExternalStore } from 'react'

/** A text that has been changed and is not applied to the draft yet. */
export interface Unapplied {
  readonly text: string
  /** The text that it was made from: when the draft says another by now, applying would undo what was done since. */
  readonly basis: string
}

const STORAGE = 'sockgate-rule-text'

let current: { readonly user: string; readonly value: Unapplied | null } | null = null
const listeners = new Set<() => void>()

/** The account's unapplied text; kept in this tab over pages and reloads until it is applied or thrown away. */
export function useUnapplied(user: string): readonly [Unapplied | null, (value: Unapplied | null) => void] {
  const value = useSyncExternalStore(subscribe, () => read(user))
  return [value, (next) => write(user, next)]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(user: string): Unapplied | null {
  if (current?.user !== user) current = { user, value: stored(user) }
  return current.value
}

function write(user: string, value: Unapplied | null): void {
  current = { user, value }
  try {
    if (value === null) sessionStorage.removeItem(STORAGE)
    else sessionStorage.setItem(STORAGE, JSON.stringify({ user, value }))
  } catch {
    // Storage is switched off or full: it is kept until the page is closed.
  }
  for (const listener of listeners) listener()
}

function stored(user: string): Unapplied | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORAGE) ?? 'null') as { user: string; value: Unapplied } | null
    return kept?.user === user ? kept.value : null
  } catch {
    return null
  }
}
