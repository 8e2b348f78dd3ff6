import { vi } from 'vitest'

/** What jsdom lacks: sizes, media queries, fonts and the observer of sizes. Undone by restoring and unstubbing all. */
export function fakeBrowser(): void {
  const rect = { width: 1300, height: 600, top: 0, left: 0, right: 1300, bottom: 600, x: 0, y: 0, toJSON: () => ({}) }
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1300)
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(rect)
  vi.stubGlobal('matchMedia', (media: string) => ({
    media,
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  }))
  // Fields that grow with their text measure anew when a font has come.
  Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() })
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #report: ResizeObserverCallback
      constructor(report: ResizeObserverCallback) {
        this.#report = report
      }
      observe(target: Element) {
        const entry = { target, contentRect: rect, borderBoxSize: [{ inlineSize: 1300, blockSize: 600 }] }
        this.#report([entry as unknown as ResizeObserverEntry], this)
      }
      unobserve() {}
      disconnect() {}
    },
  )
}
