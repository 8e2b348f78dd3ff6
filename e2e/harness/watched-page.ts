import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { fromRoot } from './program.ts'
import { expect } from './test.ts'

/** A page whose every complaint and every request is noted from the start. */
export class WatchedPage {
  readonly page: Page
  /** Errors and warnings of the console, uncaught exceptions, violations of the content security policy. */
  readonly complaints: string[] = []
  readonly #origins = new Set<string>()

  constructor(page: Page) {
    this.page = page
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('request', (request) => this.#origins.add(new URL(request.url()).origin))
    page.on('websocket', (socket) => this.#origins.add(new URL(socket.url()).origin))
  }

  async open(url: string): Promise<void> {
    await this.page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`)
      })
    })
    await this.page.goto(url)
  }

  /** Nothing was complained of, and nobody but these was asked. `gone`: the gateway was away, which browsers note. */
  expectClean(allowed: readonly string[], { gone = false } = {}): void {
    const loud = this.complaints.filter((text) => !(gone && /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(text)))
    expect(loud).toEqual([])
    const origins = new Set(allowed.map((url) => new URL(url).origin))
    expect([...this.#origins].filter((origin) => !origins.has(origin))).toEqual([])
  }

  /**
   * Looks at the page as it is now in both colour schemes and on a wide and a narrow screen: no barrier that axe knows,
   * nothing that scrolls sideways. Leaves a picture of each.
   */
  async inspect(state: string): Promise<void> {
    const { page } = this
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
        const name = `${state}-${colorScheme}-${width}`
        await page.screenshot({ path: fromRoot(`dist/reports/pictures/${name}.png`), fullPage: true })
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect({ name, sideways: Math.max(0, sideways) }).toEqual({ name, sideways: 0 })
        const axe = new AxeBuilder({ page }).setLegacyMode() // there are no frames
        if (colorScheme === 'dark') axe.withRules(['color-contrast']) // nothing else differs
        const { violations } = await axe.analyze()
        const found = violations.map(({ id, nodes }) => ({
          id,
          at: nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`),
        }))
        expect({ name, found }).toEqual({ name, found: [] })
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  }
}
