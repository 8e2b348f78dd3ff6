/** How long the browser may take to begin saving, in ms. */
const KEPT_MS = 10_000

/** Gives `content` to the browser as a download. @param type its media type */
export function saveFile(name: string, content: string, type = 'application/jsonl'): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
}
