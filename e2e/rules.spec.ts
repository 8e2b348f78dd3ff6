import { mkdirSync } from 'node:fs'

import type { PolicyState } from '../shared/api.ts'
import type { DraftAnswer } from '../shared/dashboard.ts'
import type { PolicyDocument } from '../shared/policy/document.ts'
import { attempt, Client } from './harness/client.ts'
import { Dashboard } from './harness/dashboard.ts'
import { ADMIN, type Gateway } from './harness/gateway.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

/** What an admin does with rules, in a real browser, against real connections. */

const document = async (gateway: Gateway) => (await gateway.api('/policy')) as PolicyDocument
const version = async (gateway: Gateway) => ((await gateway.api('/policy/state')) as PolicyState).current.version

/** Lines become the policy in force, as by `sockgate import`. */
async function rules(gateway: Gateway, text: string): Promise<void> {
  await gateway.api('/policy/import', 'POST', { text, comment: 'as a test begins' })
}

test('a rule is written as a sentence, reviewed, committed with a window, and confirmed', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await watched.openSignedIn(gateway)
  const client = await Client.open(`${gateway.url}/pong`)
  await dashboard.go('Firewall')
  await watched.inspect('firewall')

  await page
    .getByRole('link', { name: 'New rule' })
    .or(page.getByRole('button', { name: 'New rule' }))
    .click()
  const panel = page.getByRole('complementary', { name: 'New rule' })
  await panel.getByText('Deny', { exact: true }).click()
  await panel.getByRole('combobox', { name: 'To: service' }).or(panel.getByLabel('To: service')).first().fill('pong')
  const line = panel.getByRole('textbox', { name: 'The same as a line' })
  await expect(line).toHaveValue('deny in pong *')
  await line.fill('deny in pong 127.0.0.0/8 # maintenance')
  await expect(panel.getByText('127.0.0.0/8').first()).toBeVisible()
  await expect(panel.getByText(/Matches 1 open/)).toBeVisible()
  await watched.inspect('rule-editor')
  await panel.getByRole('button', { name: 'Add rule' }).click()

  await expect(dashboard.draftBar).toContainText('1 change: 1 added.')
  await expect(dashboard.draftBar).toContainText('1 open connection would end.')
  await expect(dashboard.draftBar).toContainText('Kept on the gateway')
  expect((await document(gateway)).rules.some(({ note }) => note === 'maintenance')).toBe(false)
  await watched.inspect('firewall-draft')

  await dashboard.review()
  await expect(page.getByRole('row').filter({ hasText: 'closed' })).toContainText('pong')
  await watched.inspect('review')
  await expect(page.getByRole('checkbox', { name: /Take it back by itself/ })).toBeChecked()
  await page.getByRole('textbox', { name: 'Comment' }).fill('pong is being repaired')
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  expect(await client.closed).toMatchObject({ code: 4403 })
  await expect(page.getByText(/return to version 1 in/).first()).toBeVisible()
  await watched.inspect('commit-waiting')
  await page.getByRole('button', { name: /^Keep/ }).click()
  await expect.poll(async () => ((await gateway.api('/policy/state')) as PolicyState).pending).toBeNull()
  await dashboard.go('History')
  await expect(dashboard.row('pong is being repaired')).toContainText('in force')
  await watched.inspect('history')
  watched.expectClean([gateway.dashboard])
})

test('rules move by keys, menu and drag; edits are undone and done again', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await rules(gateway, 'allow in a *\nallow in b *\nallow in c *\nallow in d *')
  await watched.openSignedIn(gateway)
  await dashboard.go('Firewall')
  const order = async () => {
    const names = await page.getByRole('row').locator('[data-column=service], td').allTextContents()
    return names
      .map((name) => name.trim())
      .filter((name) => /^[abcd]$/.test(name))
      .join('')
  }
  await expect.poll(order).toBe('abcd')

  const row = (service: string) => page.getByRole('row').filter({ has: page.getByText(service, { exact: true }) })
  await row('a').focus()
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(order).toBe('bacd')
  await page.keyboard.press('Control+z')
  await expect.poll(order).toBe('abcd')
  await page.keyboard.press('Control+Shift+z')
  await expect.poll(order).toBe('bacd')

  await row('d')
    .getByRole('button', { name: /^More for/ })
    .click()
  await page.getByRole('menuitem', { name: 'To top' }).click()
  await expect.poll(order).toBe('dbac')

  const grip = (service: string) => row(service).getByRole('button', { name: /^Move/ }).first()
  const from = (await grip('d').boundingBox())!
  const to = (await grip('c').boundingBox())!
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x + to.width / 2, to.y + to.height, { steps: 12 })
  await page.mouse.up()
  await expect.poll(order).toBe('bacd')

  await row('b').focus()
  await page.keyboard.press('x')
  await page.keyboard.press('c')
  await expect.poll(order).toBe('bbacd')
  await expect(dashboard.draftBar).toContainText('added')
  await dashboard.draftBar.getByRole('button', { name: 'Discard' }).click()
  await expect.poll(order).toBe('abcd')
  await expect(dashboard.draftBar).toHaveCount(0)
  watched.expectClean([gateway.dashboard])
})

test('two admins: who comes second sees a conflict, and nothing of either is lost', async ({
  start,
  page,
  browser,
}) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await rules(gateway, 'allow in a * id=one\nallow in b * id=two')
  await watched.openSignedIn(gateway)
  await gateway.addUser('ben', 'operator')
  const context = await browser.newContext()
  const second = new WatchedPage(await context.newPage())
  await second.openSignedIn(gateway, await gateway.signIn('ben'))
  const other = new Dashboard(second.page)

  for (const each of [dashboard, other]) {
    const note = each === other ? 'of ben' : 'of the first'
    await each.page.goto(`${gateway.dashboard}rules/firewall?edit=one`)
    const line = each.page.getByRole('textbox', { name: 'The same as a line' })
    await line.fill(`allow in a * # ${note}`)
    await each.page.getByRole('button', { name: 'Apply' }).click()
    await expect(each.draftBar).toContainText('1 changed')
  }
  await expect(dashboard.draftBar).toContainText('Another admin (ben) has a draft')

  await other.review()
  await second.page.getByRole('checkbox', { name: /Take it back by itself/ }).uncheck()
  await second.page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect.poll(() => version(gateway)).toBe(3)

  await expect(dashboard.draftBar).toContainText('Version 3 came into force meanwhile.')
  await dashboard.draftBar.getByRole('link', { name: 'Settle' }).click()
  await expect(dashboard.title('Conflict')).toBeVisible()
  await expect(page.getByText(/^1 entry was changed by both/)).toBeVisible()
  await watched.inspect('conflict')
  const go = page.getByRole('button', { name: 'Go on with both' })
  await expect(go).toBeDisabled()
  await page.getByRole('radio', { name: 'Mine' }).check()
  await go.click()
  await expect(dashboard.title('Review')).toBeVisible()
  const box = page.getByRole('checkbox', { name: /Take it back by itself/ })
  if (await box.isChecked()) await box.uncheck()
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect.poll(() => version(gateway)).toBe(4)
  expect((await document(gateway)).rules.map(({ note }) => note)).toEqual(['of the first', ''])
  watched.expectClean([gateway.dashboard])
  second.expectClean([gateway.dashboard])
})

test('a commit that cuts the admin off needs a window, and the rules return by themselves', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await watched.openSignedIn(gateway)
  await page.goto(`${gateway.dashboard}rules/firewall?edit=new&line=${encodeURIComponent('deny in -/admin *')}`)
  await page.getByRole('button', { name: 'Add rule' }).click()
  await expect(dashboard.draftBar).toContainText('It would lock you out.')
  await dashboard.review()
  await expect(page.getByText('This would lock you out')).toBeVisible()
  const box = page.getByRole('checkbox', { name: /Take it back by itself/ })
  await expect(box).toBeChecked()
  await expect(box).toBeDisabled()
  const window = page
    .getByRole('textbox', { name: 'Confirm window' })
    .or(page.getByRole('combobox', { name: 'Confirm window' }))
  await window.first().fill('12s')
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect.poll(() => version(gateway)).toBe(2)
  // The page is cut off, says so, and knows what will happen.
  await expect(page.getByText(/may not see the gateway|keep.* out|not let/i).first()).toBeVisible()
  await page.context().clearCookies({ name: 'none' })
  await expect.poll(() => version(gateway), { timeout: 45_000 }).toBe(3)
  await expect(page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' })).toBeVisible({
    timeout: 15_000,
  })
  expect((await document(gateway)).rules.some(({ service }) => service === '-/admin')).toBe(false)
  watched.expectClean([gateway.dashboard], { gone: true, refused: [403] })
})

test('tests guard the rules, an old version is restored, and explain says why', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await rules(gateway, 'allow in pong loopback\ndeny in * *')
  await watched.openSignedIn(gateway)
  await dashboard.go('Tests')
  await watched.inspect('tests-empty')
  await page.goto(
    `${gateway.dashboard}rules/tests?edit=new&line=${encodeURIComponent('test allow in pong 127.0.0.1 loopback')}`,
  )
  await page.getByRole('button', { name: /^Add/ }).last().click()
  await expect(dashboard.draftBar).toContainText('1 added')
  await watched.inspect('tests')
  await dashboard.review()
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect.poll(() => version(gateway)).toBe(3)

  // Now a change that breaks it.
  await page.goto(`${gateway.dashboard}rules/firewall?edit=new&line=${encodeURIComponent('deny in pong *')}`)
  await page.getByRole('button', { name: 'Add rule' }).click()
  await expect(dashboard.draftBar).toContainText('1 test fails.')
  await dashboard.review()
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect(page.getByText(/^Tests fail: say why/)).toBeVisible()
  await page.getByRole('textbox', { name: /why is it committed all the same/ }).fill('pong is on fire')
  const box = page.getByRole('checkbox', { name: /Take it back by itself/ })
  if (await box.isChecked()) await box.uncheck()
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect.poll(() => version(gateway)).toBe(4)
  const refused = await attempt(`${gateway.url}/pong`)
  expect(refused.status).toBe(403)

  const [gone] = await gateway.connections('refused')
  await page.goto(`${gateway.dashboard}?explain=${gone!.id}`)
  const drawer = page.getByRole('dialog')
  await expect(drawer).toContainText('deny in pong')
  await watched.inspect('explain')
  await page.keyboard.press('Escape')
  await expect(drawer).toHaveCount(0)

  await dashboard.go('History')
  await dashboard.row(/^\s*3/).getByRole('button', { name: 'Actions for version 3' }).click()
  await page.getByRole('menuitem', { name: 'Restore' }).click()
  await expect(dashboard.title('Review')).toBeVisible()
  await expect(page.getByText('1 test passes.')).toBeVisible()
  await page.getByRole('button', { name: 'Commit 1 change' }).click()
  await expect.poll(() => version(gateway)).toBe(5)
  const back = await Client.open(`${gateway.url}/pong`)
  back.socket.close()
  watched.expectClean([gateway.dashboard])
})

test('30 s without the gateway: a draft goes on, says how old things are, and is kept when it is back', async ({
  start,
  page,
  dir,
}) => {
  test.setTimeout(120_000)
  const home = `${dir}/home`
  mkdirSync(home)
  const first = await start(['--demo'], { dir: home })
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await watched.openSignedIn(first)
  const add = async (line: string) => {
    await dashboard.go('Firewall')
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByRole('textbox', { name: 'The same as a line' }).fill(line)
    await page.getByRole('button', { name: 'Add rule' }).click()
  }
  await add('deny in chat *')
  await expect(dashboard.draftBar).toContainText('Kept on the gateway')

  await first.program.kill('SIGKILL')
  const lostAt = Date.now()
  const status = page.getByRole('banner').getByRole('status')
  await expect(status.first()).toContainText('Reconnecting')
  await expect(page.getByText(/^Last update/)).toBeVisible()
  await add('deny in clock *')
  await expect(dashboard.draftBar).toContainText('2 changes: 2 added.')
  await expect(dashboard.draftBar).toContainText('Not kept on the gateway yet')
  await watched.inspect('draft-while-lost')
  await page.waitForTimeout(Math.max(0, lostAt + 30_000 - Date.now())) // what is tested is this time

  const admin = new URL(first.dashboard).host
  const again = await start(['--demo'], { dir: home, admin })
  await expect(status.first()).toContainText('Live', { timeout: 20_000 })
  await expect(dashboard.draftBar).toContainText('Kept on the gateway', { timeout: 15_000 })
  await expect(dashboard.draftBar).toContainText('2 changes: 2 added.')
  const { draft } = (await again.api('/policy/draft')) as DraftAnswer
  // The socket in the data directory speaks for another account: that of the page is told by the state.
  expect(draft).toBeNull()
  const { drafts } = (await again.api('/policy/state')) as PolicyState
  expect(drafts).toMatchObject([{ user: ADMIN.name, base: 1 }])
  watched.expectClean([first.dashboard], { gone: true })
})

test('a viewer sees everything and no actions', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  await gateway.setUp()
  await gateway.addUser('vera', 'viewer')
  const watched = new WatchedPage(page)
  const dashboard = new Dashboard(page)
  await watched.openSignedIn(gateway, await gateway.signIn('vera'))
  const nav = page.getByRole('navigation', { name: 'Pages' }).first()
  await expect(nav.getByRole('link', { name: 'Audit' })).toHaveCount(0)
  await dashboard.go('Firewall')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  await expect(page.getByRole('button', { name: 'New rule' })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'New rule' })).toHaveCount(0)
  await expect(page.getByRole('switch')).toHaveCount(0)
  await watched.inspect('firewall-viewer')
  await dashboard.go('Connections')
  await expect(page.getByRole('checkbox')).toHaveCount(0)
  await dashboard.go('Services')
  await expect(page.getByRole('button', { name: 'New service' })).toHaveCount(0)
  watched.expectClean([gateway.dashboard])
})
