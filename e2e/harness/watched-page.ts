import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import type { Gateway } from './gateway.ts'
import { fromRoot } from './program.ts'
import { expect } from './test.ts'

/** What a browser is expected to note. */
interface Expected {
  readonly gone?: boolean
  readonly refused?: readonly number[]
}

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
    page.on('websocket', (socket) => this.#origins.add(new URL(socket.url().replace(/^ws/, 'http')).origin))
  }

  /** Opens the dashboard as the first administrator, or as whom this session's cookie is of. */
  async openSignedIn(gateway: Gateway, session?: string): Promise<void> {
    const value = session ?? (await gateway.setUp())
    const cookie = { name: '__Host-sockgate', value, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true }
    await this.page.context().addCookies([{ ...cookie, sameSite: 'Strict' }])
    await this.open(gateway.dashboard)
  }

  async open(url: string): Promise<void> {
    await this.page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`)
      })
    })
    await this.page.goto(url)
  }

  /**
   * Nothing was complained of, and nobody but these was asked. Browsers note in the console what is no fault of the page:
   * `gone`: the gateway was away; `refused`: requests that were answered with one of these statuses.
   */
  expectClean(allowed: readonly string[], { gone = false, refused = [] }: Expected = {}): void {
    const loud = this.complaints.filter((text) => {
      const [, status] = /^Failed to load resource: the server responded with a status of (\d+)/.exec(text) ?? []
      if (status !== undefined) return !refused.includes(Number(status))
      return !(gone && /ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED)/.test(text))
    })
    expect(loud).toEqual([])
    const origins = new Set(allowed.map((url) => new URL(url.replace(/^ws/, 'http')).origin))
    expect([...this.#origins].filter((origin) => !origins.has(origin))).toEqual([])
  }

  /**
   * Looks at the page as it is now in both colour schemes, on a wide, a middling and a narrow screen: no barrier that axe
   * knows, nothing that scrolls sideways. Leaves a picture of each.
   */
  async inspect(state: string): Promise<void> {
    const { page } = this
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width < 640 ? 740 : 900 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
        const name = `${state}-${colorScheme}-${width}`
        await page.screenshot({ path: fromRoot(`dist/reports/pictures/${name}.png`) })
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect({ name, sideways: Math.max(0, sideways) }).toEqual({ name, sideways: 0 })
        expect({ name, found: await barriers(page, width, colorScheme) }).toEqual({ name, found: [] })
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  }
}

/** The widths of UX 8: all beside each other, a tablet, a phone. */
const WIDTHS = [1440, 768, 360]

/** What axe finds. The middling width has the elements of one of the others, and in the dark only colours differ. */
async function barriers(page: Page, width: number, scheme: 'light' | 'dark'): Promise<unknown[]> {
  if (width === 768) return []
  const axe = new AxeBuilder({ page }).setLegacyMode() // there are no frames
  if (scheme === 'dark') axe.withRules(['color-contrast'])
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => ({
    id,
    at: nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`),
  }))
}
