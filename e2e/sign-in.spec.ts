import type { Page } from '@playwright/test'

import type { PolicyState, SessionRow } from '../shared/api.ts'
import { ADMIN, type Gateway } from './harness/gateway.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

/** The page from outside to inside and back: set up, sign in, lose the session, look without touching. */

const live = (page: Page) => page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' })
const overview = (page: Page) => page.getByRole('heading', { name: 'Overview', level: 1 })
const title = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
const passPhrase = (page: Page) => page.getByRole('textbox', { name: 'Pass phrase', exact: true })

async function signInAs(page: Page, name: string, password = ADMIN.password): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await passPhrase(page).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Ends every session by the socket in the data directory, as another administrator may. */
async function endSessions(gateway: Gateway): Promise<void> {
  const { sessions } = (await gateway.api('/sessions')) as { sessions: SessionRow[] }
  expect(sessions.length).toBeGreaterThan(0)
  for (const { id } of sessions) await gateway.api(`/sessions/${id}`, 'DELETE')
}

test('the printed link makes the first administrator; whoever comes after is too late', async ({
  start,
  page,
  browser,
}) => {
  const gateway = await start(['--demo'])
  const context = await browser.newContext()
  const late = new WatchedPage(await context.newPage())
  await late.open(gateway.setupLink)
  await expect(late.page.getByLabel('One-time token')).not.toHaveValue('')

  const watched = new WatchedPage(page)
  await watched.open(gateway.setupLink)
  const token = page.getByLabel('One-time token')
  await expect(token).toHaveValue(new URL(gateway.setupLink).hash.replace('#token=', ''))
  expect(page.url()).toBe(`${gateway.dashboard}setup`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await watched.inspect('setup')

  await page.getByRole('textbox', { name: 'Name' }).fill('Admin One')
  await passPhrase(page).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText(/^Use lower-case letters/)).toBeVisible()
  await expect(page.getByText(/^Add 7 characters/)).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()

  const right = await token.inputValue()
  await token.fill('not-the-token')
  await page.getByRole('textbox', { name: 'Name' }).fill(ADMIN.name)
  await passPhrase(page).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText(/^This token is wrong/)).toBeVisible()
  await expect(passPhrase(page)).toHaveValue(ADMIN.password)
  await watched.inspect('setup-wrong')

  await token.fill(right)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(title(page, 'Find your service')).toBeVisible()
  await expect(live(page)).toBeVisible()
  expect(page.url()).toBe(`${gateway.dashboard}welcome`)
  expect(await page.context().cookies()).toMatchObject([
    { name: '__Host-sockgate', path: '/', secure: true, httpOnly: true, sameSite: 'Strict', expires: -1 },
  ])
  watched.expectClean([gateway.dashboard], { refused: [401, 403] })

  await late.page.getByRole('textbox', { name: 'Name' }).fill('second')
  await passPhrase(late.page).fill(ADMIN.password)
  await late.page.getByRole('button', { name: 'Create account' }).click()
  await expect(title(late.page, 'Setup is over')).toBeVisible()
  await late.page.reload()
  await expect(title(late.page, 'Setup is over')).toBeVisible()
  await late.inspect('setup-over')
  await late.page.getByRole('link', { name: 'Go to sign-in' }).click()
  await expect(title(late.page, 'Sign in')).toBeVisible()
  late.expectClean([gateway.dashboard], { refused: [401, 410] })
  await context.close()
  expect((await gateway.command('user', 'list', '--json')).out).not.toContain('second')
})

test('out and in again; wrong tries are told, slowed down, and let through in the end', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  const account = page.getByRole('button', { name: 'Account: admin' })
  await account.click()
  await expect(page.getByText('Admin: may do everything, accounts included')).toBeVisible()
  await watched.inspect('account')
  const [before] = await page.context().cookies()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out')).toBeVisible()
  expect(await page.context().cookies()).toEqual([])
  const old = await fetch(`${gateway.dashboard}api/v1/status`, {
    headers: { cookie: `${before!.name}=${before!.value}` },
  })
  expect(old.status).toBe(401)
  await watched.inspect('signed-out')

  await signInAs(page, 'admin', 'not what it was')
  await expect(page.getByText(/^The name or the pass phrase is not right/)).toBeVisible()
  await expect(passPhrase(page)).toBeFocused()
  const unknown = await gateway.post('/session', { name: 'nobody', password: 'not what it was' })
  const known = await gateway.post('/session', { name: 'admin', password: 'not what it was' })
  const told = async (answer: Response) => ({ ...((await answer.json()) as object), requestId: '' })
  expect(await told(unknown)).toEqual(await told(known)) // whether there is such an account is nobody's business

  const guess = async () => (await gateway.post('/session', { name: 'admin', password: 'still wrong' })).status
  // What the gateway answers to one guess too many, but with a longer wait: for the pictures.
  await page.route('**/api/v1/session', async (route) => {
    while ((await guess()) !== 429);
    const response = await route.fetch()
    expect(response.status()).toBe(429)
    await route.fulfill({ response, headers: { ...response.headers(), 'retry-after': '90' } })
  })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Too many failed tries')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Try again in \d+ s$/ })).toHaveAttribute('aria-disabled', 'true')
  await watched.inspect('slow-down')
  await page.unroute('**/api/v1/session')

  await page.reload()
  await page.getByRole('textbox', { name: 'Name' }).fill('admin')
  await passPhrase(page).fill(ADMIN.password)
  await expect.poll(guess).toBe(401)
  await page.getByRole('button', { name: 'Sign in' }).click() // within the seconds that this failure costs
  await expect(page.getByRole('button', { name: /^Try again in [1-4] s$/ })).toBeVisible()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(overview(page)).toBeVisible()
  const [after] = await page.context().cookies()
  expect(after!.value).not.toBe(before!.value)
  watched.expectClean([gateway.dashboard], { refused: [401, 429] })
})

test('a session that is ended elsewhere: the page asks at once, and goes on where it was', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await page.goto(`${gateway.dashboard}try?service=pong&connect=1`)
  const message = page.getByRole('textbox', { name: 'Message', exact: true })
  await expect(page.getByRole('button', { name: 'Disconnect' })).toBeVisible()
  await message.fill('half a thought')
  await expect(live(page)).toBeVisible()

  await endSessions(gateway)
  const dialog = page.getByRole('dialog', { name: 'Sign in' })
  await expect(dialog).toBeVisible({ timeout: 2000 })
  await expect(dialog.getByText('Your session was ended')).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('admin')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeVisible()
  await watched.inspect('session-ended')

  await passPhrase(page).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(live(page)).toBeVisible()
  await expect(message).toHaveValue('half a thought')
  await expect(page.getByRole('button', { name: 'Disconnect' })).toBeVisible() // the gateway's clients are none of its business
  watched.expectClean([gateway.dashboard, gateway.url], { refused: [401] })
})

test('a role that changes ends the session; a viewer looks, and touches nothing', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  await gateway.setUp()
  await gateway.addUser('vera', 'operator')
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway, await gateway.signIn('vera'))
  await expect(live(page)).toBeVisible()
  await gateway.api('/users/vera', 'PATCH', { role: 'viewer' })
  await expect(page.getByRole('dialog', { name: 'Sign in' })).toBeVisible({ timeout: 2000 })
  await passPhrase(page).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await expect(page.getByText('You can look, but not change anything')).toBeVisible()

  const version = await gateway.commitOnTop(
    { action: 'deny', direction: 'in', service: 'chat' },
    { confirmWithin: '1h' },
  )
  await expect(page.getByText(/return to version 1 in 59:\d\d unless confirmed/)).toBeVisible()
  await expect(page.getByRole('button', { name: /keep|roll back|close connection|delete/i })).toHaveCount(0)
  await watched.inspect('viewer')
  const refused = await page.evaluate(async () => {
    const ask = async (method: string, path: string) => (await fetch(`/api/v1${path}`, { method })).status
    return [
      await ask('POST', '/policy/confirm'),
      await ask('POST', '/policy/rollback'),
      await ask('DELETE', '/connections/any'),
      await ask('GET', '/users'),
    ]
  })
  expect(refused).toEqual([403, 403, 403, 403])
  const { current, pending } = (await gateway.api('/policy/state')) as PolicyState
  expect([current.version, pending?.version]).toEqual([version, version])
  const { entries } = (await gateway.api('/audit')) as { entries: { actor: string; action: string }[] }
  expect(entries.filter(({ actor, action }) => actor === 'vera' && action === 'access.refused')).toHaveLength(4)

  await page.getByRole('button', { name: 'Do not tell me again' }).click()
  await page.reload()
  await expect(live(page)).toBeVisible()
  await expect(page.getByText('You can look, but not change anything')).toHaveCount(0)
  watched.expectClean([gateway.dashboard], { refused: [401, 403] })
})

test('rules that wait for their confirmation count down on the page: kept, taken back, or gone by themselves', async ({
  start,
  page,
}) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await expect(live(page)).toBeVisible()
  const rule = { action: 'deny', direction: 'in', service: 'chat' }
  const state = async () => (await gateway.api('/policy/state')) as PolicyState

  await gateway.commitOnTop(rule, { confirmWithin: '1h' })
  await expect(page.getByText(/^Rules version 2 return to version 1 in 59:\d\d unless confirmed$/)).toBeVisible()
  await watched.inspect('confirm')
  await page.getByRole('button', { name: 'Keep rules version 2' }).click()
  await expect(page.getByRole('paragraph').filter({ hasText: 'Rules version 2 are kept.' })).toBeVisible()
  expect(await state()).toMatchObject({ current: { version: 2 }, pending: null })

  await gateway.commitOnTop(rule, { confirmWithin: '1h' })
  await page.getByRole('button', { name: 'Roll back to rules version 2 now' }).click()
  await expect(
    page.getByRole('paragraph').filter({ hasText: 'Back to the rules of before, now version 4.' }),
  ).toBeVisible()
  expect(await state()).toMatchObject({ current: { version: 4, kind: 'rollback', author: 'admin' }, pending: null })

  await gateway.commitOnTop(rule, { confirmWithin: '5s' })
  await expect(page.getByText(/^Rules version 5 return to version 4 in 0:0[1-5] unless confirmed$/)).toBeVisible()
  await expect(
    page.getByRole('paragraph').filter({ hasText: 'Back to the rules of before, now version 6.' }),
  ).toBeVisible({ timeout: 10_000 })
  expect(await state()).toMatchObject({ current: { version: 6, kind: 'rollback', author: 'gateway' }, pending: null })
  watched.expectClean([gateway.dashboard])
})

test('the gateway is killed and comes back: who was signed in still is', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await expect(live(page)).toBeVisible()
  await gateway.program.kill('SIGKILL')
  await expect(page.getByText(/^The gateway does not answer/)).toBeVisible()
  const again = await start(['--demo'], {
    dir: gateway.dir,
    listen: [gateway.url],
    admin: new URL(gateway.dashboard).host,
  })
  expect(again.setupLink).toBe('')
  await expect(live(page)).toBeVisible({ timeout: 20_000 })
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.reload()
  await expect(overview(page)).toBeVisible()
  watched.expectClean([gateway.dashboard], { gone: true })
})
