import { renameSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { Client, attempt } from './harness/client.ts'
import { Dashboard } from './harness/dashboard.ts'
import { websocketc } from './harness/program.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

test('the printed address opens a page that says what runs', async ({ start, page }) => {
  const gateway = await start(['--demo', '--timer', '7s'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await expect(page).toHaveTitle(/sockgate/)
  await expect(page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' })).toBeVisible()
  const facts = page.getByRole('region', { name: 'Gateway' })
  const { rundir, version } = await gateway.status()
  for (const fact of [gateway.url, rundir, version]) await expect(facts).toContainText(fact)
  await new Dashboard(page).go('Services')
  for (const name of ['chat', 'clock', 'pong']) {
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible()
  }
  watched.expectClean([gateway.dashboard])
})

test('services come and go on the page', async ({ start, page }) => {
  const gateway = await start()
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await new Dashboard(page).go('Services')
  await expect(page.getByText('No service yet')).toBeVisible()
  const path = join(gateway.rundir, 'fresh')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const service = (name: string) => page.getByRole('link', { name, exact: true })
  await expect(service('fresh')).toBeVisible()
  renameSync(path, join(gateway.rundir, 'renamed'))
  await expect(service('renamed')).toBeVisible()
  await expect(service('fresh')).toHaveCount(0)
  server.close()
  watched.expectClean([gateway.dashboard])
})

test('a connection shows while it lives, its counters move, and its end says why', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await new Dashboard(page).go('Connections')
  await expect(page.getByText('Nobody is connected.')).toBeVisible()

  const client = websocketc('--wait', 'off', '--lines', `${gateway.url}/pong`).write('hello\n')
  const row = page.getByRole('table', { name: 'Open connections' }).locator('tbody tr[data-id]')
  await expect(row).toHaveCount(1)
  await expect(row).toContainText('pong')
  await expect(row.getByText('5 B', { exact: true })).toHaveCount(2)
  client.write('again\n')
  await expect(row.getByText('10 B', { exact: true })).toHaveCount(2)
  await expect(page.getByRole('tab', { name: 'Open' })).toContainText('1')

  const [{ id } = { id: '' }] = await gateway.connections('open')
  await gateway.command('close', id, '--reason', 'down for repairs')
  await expect(page.getByText('Nobody is connected.')).toBeVisible()
  await page.getByRole('tab', { name: 'Recently closed' }).click()
  const closed = page.getByRole('table', { name: 'Recently closed connections' }).locator(`tr[data-id="${id}"]`)
  await expect(closed).toContainText('Down for repairs')
  await expect(closed).toContainText('killed · 4410')

  await attempt(`${gateway.url}/pongg`)
  await page.getByRole('tab', { name: 'Refused' }).click()
  const refused = page.getByRole('table', { name: 'Refused connections' }).locator('tbody tr[data-id]')
  await expect(refused).toContainText('pongg')
  await expect(refused).toContainText('There is no service with this name')
  await expect(refused).toContainText('no-service · HTTP 404')
  await page.getByLabel('Filter connections').fill('service:clock')
  const none = page.getByText(/^No connection matches/)
  await expect(none).toBeVisible()
  await page.reload()
  await expect(none).toBeVisible()
  watched.expectClean([gateway.dashboard])
})

test('Try it talks to a service through the public listener', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await page.goto(`${gateway.dashboard}try?service=pong`)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  const message = page.getByRole('textbox', { name: 'Message', exact: true })
  await message.fill('hello from the page')
  await message.press('Enter')
  for (const kind of ['Sent', 'Received']) {
    await expect(page.getByRole('row').filter({ hasText: kind })).toContainText('hello from the page')
  }
  const facts = page.getByRole('region', { name: 'As the gateway sees it' })
  await expect(facts).toContainText('1 message, 19 B')
  const [{ id, origin } = { id: '', origin: '' }] = await gateway.connections('open')
  expect(origin).toBe(new URL(gateway.dashboard).origin)
  await expect(facts).toContainText(id)
  await watched.inspect('try-it')

  await gateway.command('close', id)
  await expect(page.getByText(/4410/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Connect', exact: true })).toBeEnabled()
  watched.expectClean([gateway.dashboard, gateway.url])
})

test('a page of another origin gets neither the services nor the API', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const evil = createHttpServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Come in'))
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
  const met = await page.evaluate(
    async ([url, api]) => [
      await new Promise((resolve) => {
        const socket = new WebSocket(url)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('close', ({ code }) => resolve(code))
      }),
      await fetch(api).then(
        () => 'read',
        () => 'refused',
      ),
      await fetch(api, { mode: 'no-cors', method: 'POST', body: '{}' }).then(
        () => 'read',
        () => 'refused',
      ),
    ],
    [`${gateway.url}/pong`, `${gateway.dashboard}api/v1/connections/close`] as const,
  )
  expect(met).toEqual([1006, 'refused', 'refused'])
  const [refused] = await gateway.connections('refused')
  expect(refused).toMatchObject({ origin: new URL(page.url()).origin, ending: { code: 'origin-refused', close: 403 } })
  evil.close()
})

test('the gateway goes and comes back: the page says so, and recovers by itself', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await new Dashboard(page).go('Connections')
  await Client.open(`${gateway.url}/clock`)
  const rows = page.getByRole('table', { name: 'Open connections' }).locator('tbody tr[data-id]')
  await expect(rows).toHaveCount(1)
  const oldId = await rows.getAttribute('data-id')
  await gateway.program.kill('SIGKILL')
  const notice = page.getByText(/^The gateway does not answer/)
  await expect(notice).toBeVisible()
  await expect(page.getByRole('banner').getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible()
  await expect(rows).toHaveCount(1) // what was known stays in sight

  const again = await start(['--demo'], {
    dir: gateway.dir,
    listen: [gateway.url],
    admin: new URL(gateway.dashboard).host,
  })
  await expect(page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' })).toBeVisible({
    timeout: 20_000,
  })
  await expect(notice).toHaveCount(0)
  await expect(page.getByText('Nobody is connected.')).toBeVisible()
  const client = await Client.open(`${again.url}/pong`)
  client.socket.send('12345')
  await expect(rows).toHaveCount(1)
  expect(await rows.getAttribute('data-id')).not.toBe(oldId)
  await expect(rows.getByText('5 B', { exact: true })).toHaveCount(2)
  await new Dashboard(page).go('Overview')
  await expect(page.getByText(`pid ${again.program.child.pid}`)).toBeVisible({ timeout: 20_000 })
  watched.expectClean([gateway.dashboard], { gone: true })
})

test('draining shows', async ({ start, page }) => {
  const gateway = await start(['--demo', '--drain-timeout', '20s'])
  await new WatchedPage(page).openSignedIn(gateway)
  await expect(page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' })).toBeVisible()
  expect((await gateway.program.kill('SIGTERM')).code).toBe(0) // an open page does not keep it
  await expect(page.getByText(/^The gateway does not answer/)).toBeVisible()
})

test('colours: as the system says, or as chosen, and then for good', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await watched.openSignedIn(gateway)
  const html = page.locator('html')
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await page.getByRole('button', { name: 'Colours' }).click()
  await page.getByRole('menuitem', { name: 'Light' }).click()
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'light')
  await page.reload()
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'light')
  await page.getByRole('button', { name: 'Colours' }).click()
  await page.getByRole('menuitem', { name: 'As the system' }).click()
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark')
  watched.expectClean([gateway.dashboard])
})
