import type { Page } from '@playwright/test'

import { attempt, Client } from './harness/client.ts'
import { Dashboard } from './harness/dashboard.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

/** Every page in its states: no barrier, nothing sideways, and a picture of each to look at. */

const sections = ['you', 'accounts', 'tokens', 'values', 'tls', 'log', 'backup', 'about']

/** Long pages open where they begin, and their parts have come. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}

test('overview, services and what belongs to them', async ({ start, page }) => {
  test.setTimeout(150_000)
  const long = 'audio/a-service-with-quite-a-long-name-of-its-own'
  const gateway = await start(['--demo', '--service', `${long}=unix:/run/nobody-is-here.sock,codec=length32`])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await watched.openSignedIn(gateway)
  await settled(page)
  await watched.inspect('overview-empty')
  const names = ['pong', 'clock', 'chat', 'pong.JSON', 'chat.CBOR', 'clock', 'pong?text=1']
  const clients = await Promise.all(names.map((name) => Client.open(`${gateway.url}/${name}`)))
  for (let i = 0; i < 300; i++) clients[0]!.socket.send(Buffer.alloc(100 + i))
  await clients[0]!.until(300)
  for (const name of [long, 'pongg', 'clokc']) await attempt(`${gateway.url}/${name}`)
  await page.reload()
  await expect(page.getByText(/is down/).first()).toBeVisible({ timeout: 20_000 }) // looked for now and then
  await watched.inspect('overview')
  await dashboard.go('Services')
  await expect(page.getByRole('link', { name: 'pong', exact: true })).toBeVisible()
  await watched.inspect('services')
  await page.getByRole('link', { name: 'pong', exact: true }).click()
  await settled(page)
  await watched.inspect('service')
  await page.goto(`${gateway.dashboard}services?edit=new`)
  await expect(page.getByRole('complementary')).toBeVisible()
  await watched.inspect('service-new')
  watched.expectClean([gateway.dashboard])
})

test('settings, audit, help, and what lies over every page', async ({ start, page }) => {
  test.setTimeout(150_000)
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  for (const section of sections) {
    await page.goto(`${gateway.dashboard}settings?section=${section}`)
    await settled(page)
    if (['you', 'accounts', 'values', 'about'].includes(section)) await watched.inspect(`settings-${section}`)
  }
  await page.goto(`${gateway.dashboard}audit`)
  await page.getByRole('button', { name: 'Verify chain' }).click()
  await expect(page.getByText(/unbroken/)).toBeVisible()
  await watched.inspect('audit')
  await page.goto(`${gateway.dashboard}help`)
  await settled(page)
  await watched.inspect('help')
  await page.keyboard.press('Control+k')
  const search = page
    .getByRole('searchbox')
    .or(page.getByRole('textbox', { name: 'Search' }))
    .first()
  await search.fill('pong')
  await expect(page.getByText('pong', { exact: true }).last()).toBeVisible()
  await watched.inspect('search')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/services\/pong/)
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await watched.inspect('keys')
  await page.goto(`${gateway.dashboard}nowhere`)
  await expect(page.getByRole('heading', { name: 'No such page' })).toBeVisible()
  watched.expectClean([gateway.dashboard])
})

test('in another language every page still fits, and nothing is left out of the catalog', async ({ start, page }) => {
  test.setTimeout(120_000)
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await page.addInitScript(() => localStorage.setItem('sockgate-language', 'pseudo'))
  await Client.open(`${gateway.url}/pong`)
  await watched.openSignedIn(gateway)
  const paths = ['', 'connections', 'services', 'rules/redirection', 'rules/firewall', 'rules/tests', 'try', 'history']
  for (const path of [...paths, 'audit', 'settings', 'help']) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${gateway.dashboard}${path}`)
    await settled(page)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/~$/)
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 800 })
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate((value) => document.documentElement.setAttribute('dir', value), dir)
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect({ path, width, dir, sideways: Math.max(0, sideways) }).toEqual({ path, width, dir, sideways: 0 })
      }
      await page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'))
    }
  }
  watched.expectClean([gateway.dashboard])
})
