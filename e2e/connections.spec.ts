import type { AuditPage, PolicyState } from '../shared/api.ts'
import { attempt, Client } from './harness/client.ts'
import { Dashboard } from './harness/dashboard.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

/** What an admin does with connections. */

test('found by filter, explained, read, and closed', async ({ start, page }) => {
  test.setTimeout(120_000)
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  const client = await Client.open(`${gateway.url}/pong`)
  await Client.open(`${gateway.url}/clock`)
  await attempt(`${gateway.url}/pongg`)
  await watched.openSignedIn(gateway)
  await dashboard.go('Connections')
  const rows = page.getByRole('table', { name: 'Open connections' }).locator('tbody tr[data-id]')
  await expect(rows).toHaveCount(2)
  await watched.inspect('connections')

  const filter = page
    .getByRole('combobox', { name: 'Filter connections' })
    .or(page.getByLabel('Filter connections'))
    .first()
  await filter.fill('service:pong')
  await expect(rows).toHaveCount(1)
  await expect(page).toHaveURL(/filter=service%3Apong|filter=service:pong/)
  await page.keyboard.press('Escape')
  await rows.getByRole('button', { name: /^Actions for connection/ }).click()
  await page.getByRole('menuitem', { name: 'Why was this decided?' }).click()
  await expect(page.getByRole('dialog')).toContainText('Allowed')
  await page.keyboard.press('Escape')

  // Its messages: not without a reason, and on record.
  const [{ id } = { id: '' }] = (await gateway.connections('open')).filter(({ service }) => service === 'pong')
  await page.goto(`${gateway.dashboard}connections/${id}?tab=messages`)
  await page
    .getByRole('textbox', { name: /Reason|Why/ })
    .first()
    .fill('a customer asked')
  await page
    .getByRole('button', { name: /^(Show|Read|Start)/ })
    .first()
    .click()
  await expect(page.getByText(/a customer asked|You are reading|reads/i).first()).toBeVisible()
  client.socket.send(JSON.stringify({ type: 'move', password: 'hunter2' }))
  const shown = page.getByRole('row').filter({ hasText: 'move' })
  await expect(shown).toHaveCount(2)
  await expect(page.getByText('hunter2')).toHaveCount(0)
  await shown.first().click()
  await watched.inspect('messages')
  const { entries } = (await gateway.api('/audit?q=tap')) as AuditPage
  expect(entries.some(({ detail }) => detail.includes('a customer asked'))).toBe(true)
  await page.goto(`${gateway.dashboard}connections/${id}`)
  await expect(page.getByText('Facts')).toBeVisible()
  await watched.inspect('connection')

  // Closed: Enter is no confirmation.
  await page.getByRole('button', { name: 'Close…' }).click()
  const dialog = page.getByRole('dialog')
  await page.keyboard.press('Enter')
  expect(client.socket.readyState).toBe(client.socket.OPEN)
  await expect(dialog).toHaveCount(0) // it pressed Cancel
  await page.getByRole('button', { name: 'Close…' }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('go home')
  await watched.inspect('close-dialog')
  await dialog.getByRole('button', { name: 'Close it' }).click()
  expect(await client.closed).toEqual({ code: 4410, reason: expect.stringContaining('go home') })
  watched.expectClean([gateway.dashboard])
})

test('closed and blocked: the client is kept out by a rule that can be seen', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  const client = await Client.open(`${gateway.url}/pong`)
  await watched.openSignedIn(gateway)
  await dashboard.go('Connections')
  await page.getByRole('button', { name: /^Actions for connection/ }).click()
  await page.getByRole('menuitem', { name: 'Close and block…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('10 min', { exact: true }).click()
  await dialog.getByRole('button', { name: 'Close and block' }).click()
  expect((await client.closed).code).toBe(4410)
  expect((await attempt(`${gateway.url}/pong`)).status).toBe(403)
  expect(((await gateway.api('/policy/state')) as PolicyState).current.version).toBe(2)
  await dashboard.go('Firewall')
  await expect(page.getByRole('row').nth(1)).toContainText('127.0.0.1')
  await expect(page.getByRole('row').nth(1)).toContainText('Deny')
  watched.expectClean([gateway.dashboard])
})

test('many are closed after their number was typed', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  const clients = await Promise.all(Array.from({ length: 12 }, () => Client.open(`${gateway.url}/chat`)))
  await watched.openSignedIn(gateway)
  await dashboard.go('Connections')
  await expect(page.locator('tbody tr[data-id]').first()).toBeVisible()
  await page.getByRole('columnheader').getByRole('checkbox').check()
  await expect(page.getByText('12 ticked')).toBeVisible()
  await watched.inspect('connections-ticked')
  await page
    .getByRole('button', { name: /^Close/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Close 12' })
  await expect(confirm).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Type 12 to confirm' }).fill('12')
  await confirm.click()
  for (const { code } of await Promise.all(clients.map(({ closed }) => closed))) expect(code).toBe(4410)
  await expect(page.getByRole('tab', { name: /^Open/ })).toContainText('0')
  watched.expectClean([gateway.dashboard])
})
