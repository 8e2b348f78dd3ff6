import type { Locator, Page } from '@playwright/test'

import { expect } from './test.ts'

/** The page as people speak of it: rows, panels, bars. */
export class Dashboard {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** By the navigation at the side. */
  async go(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link', { name, exact: true }).click()
    await expect(this.title(name)).toBeVisible()
  }

  title(name: string): Locator {
    return this.page.getByRole('heading', { name, level: 1 })
  }

  get draftBar(): Locator {
    return this.page.getByRole('region', { name: 'Changes that are not in force yet' })
  }

  /** What was done, in the corner. */
  toast(text: string | RegExp): Locator {
    return this.page.getByRole('alert').filter({ hasText: text })
  }

  /** A row of a table that says this. */
  row(text: string | RegExp): Locator {
    return this.page.getByRole('row').filter({ hasText: text })
  }

  /** From the draft bar to what it would do. */
  async review(): Promise<void> {
    await this.draftBar.getByRole('link', { name: 'Review' }).click()
    await expect(this.title('Review')).toBeVisible()
  }
}
