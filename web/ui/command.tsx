import { Copyable } from './copy-button.tsx'

/** One line to be typed or copied, in a box; a long one loses its beginning on screen, never in the copy. */
export function Command({ text, label }: { text: string; label: string }) {
  return (
    <span className="command">
      <code title={text}>
        <bdi>{text}</bdi>
      </code>
      <Copyable value={text} label={label} />
    </span>
  )
}
