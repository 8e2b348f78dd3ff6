/** What was pressed, spelt as in the catalog: `?`, `Alt+ArrowUp`, `Mod+Shift+Z`, `Space`. */
export function pressed({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const mod = ctrlKey || metaKey
  const name = key === ' ' ? 'Space' : key.length === 1 && (mod || altKey) ? key.toUpperCase() : key
  // Shift is part of a character (`?`), and named only where it is not.
  const shift = shiftKey && (key.length > 1 || key === ' ' || mod || altKey)
  return `${mod ? 'Mod+' : ''}${altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${name}`
}

/** Whether a binding is a single character, which people may switch off (WCAG 2.1.4). */
export function isSingle(keys: string): boolean {
  return keys.length === 1 || keys === 'Space' || keys === 'Shift+Space'
}

/** Whether somebody types at this place, so that keys without Ctrl are text. */
export function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role="menu"], [role="listbox"], [role="combobox"]') !== null)
    return true
  return target.matches('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"])')
}
