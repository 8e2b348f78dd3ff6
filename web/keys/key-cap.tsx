import { text } from '../messages/keys.ts'

import styles from './keys.module.css'

const names: Readonly<Record<string, string>> = text.names

/** A binding as people know it: `Ctrl` `Z`. */
export function KeyCap({ keys }: { keys: string }) {
  return (
    <span className={styles.cap}>
      {spell(keys).map((part) => (
        <kbd key={part}>{part}</kbd>
      ))}
    </span>
  )
}

/** `Mod+Shift+Z` as `Ctrl`, `Shift`, `Z`. */
export function spell(keys: string): readonly string[] {
  return keys.split('+').map((part) => names[part] ?? part)
}
