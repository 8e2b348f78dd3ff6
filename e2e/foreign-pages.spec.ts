import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { PolicyState } from '../shared/api.ts'
import { attempt, Client } from './harness/client.ts'
import type { Gateway } from './harness/gateway.ts'
import { cookieHeader, hostOf, raw, type RawRequest } from './harness/raw.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

/** What a browser is made to do by others, and what it does for our own pages. */

const json = ['Content-Type', 'application/json'] as const
const version = async (gateway: Gateway) => ((await gateway.api('/policy/state')) as PolicyState).current.version

test('another site in the same browser: neither forms nor scripts get through', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await gateway.commitOnTop({ action: 'deny', direction: 'in', service: 'chat' }, {})
  const undo = `${gateway.dashboard}api/v1/policy/undo`
  const evil = createServer((_, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end(
        ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']
          .map(
            (type) =>
              `<form method="post" action="${undo}" enctype="${type}"><input name="{}"><button>${type}</button></form>`,
          )
          .join(''),
      ),
  )
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  const { port } = evil.address() as AddressInfo
  // To cookies another port of this machine is the same site: they are sent along. Another name is another site.
  for (const site of [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`]) {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      await page.goto(site)
      const answered = page.waitForResponse(undo)
      await page.getByRole('button', { name: type, exact: true }).click()
      expect({ site, type, status: (await answered).status() }).toEqual({ site, type, status: 403 })
    }
    await page.goto(site)
    const met = await page.evaluate(
      async ([api, feed]) => {
        const kind = (asked: Promise<Response>) => asked.then(({ type }) => type).catch(() => 'refused')
        const socket = new WebSocket(feed)
        const heard = new Promise((resolve) => {
          socket.addEventListener('open', () => resolve('open'))
          socket.addEventListener('close', () => resolve('refused'))
        })
        return [
          await heard,
          await kind(fetch(api, { method: 'POST', credentials: 'include' })),
          await kind(fetch(api, { method: 'POST', credentials: 'include', mode: 'no-cors', body: '{}' })),
          await kind(fetch(api, { method: 'DELETE', credentials: 'include' })),
          await new Promise((resolve) => {
            const image = new Image()
            image.addEventListener('load', () => resolve('loaded'))
            image.addEventListener('error', () => resolve('refused'))
            image.src = new URL('/favicon.svg', api).href
          }),
        ]
      },
      [undo, `${gateway.dashboard.replace('http', 'ws')}api/v1/events`] as const,
    )
    expect({ site, met }).toEqual({ site, met: Array(5).fill('refused') })
    await page.setContent(`<iframe src="${gateway.dashboard}"></iframe>`)
    await expect(page.frameLocator('iframe').getByText('sockgate')).toHaveCount(0)
  }
  evil.close()
  expect(await version(gateway)).toBe(2)

  // The right origin alone is not enough either: no form can send JSON, no header or field changes the method.
  const session = (await page.context().cookies())[0]!.value
  const own = [['Host', hostOf(gateway)], ['Origin', new URL(gateway.dashboard).origin], cookieHeader(session)] as const
  const post = (headers: RawRequest['headers'], path = '/api/v1/policy/undo', body = '{}') =>
    raw(gateway.dashboard, { path, method: 'POST', headers: [...own, ...headers!], body })
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
  ])
    expect({ type, status: (await post([['Content-Type', type]])).status }).toEqual({ type, status: 415 })
  expect((await post([])).status).toBe(415)
  for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])
    expect((await post([json, [name, 'DELETE']], '/api/v1/users/admin')).status).toBe(404)
  expect((await post([json], '/api/v1/users/admin?_method=DELETE')).status).toBe(404)
  expect((await gateway.api('/users')) as object).toMatchObject({ users: [{ name: 'admin' }] })
  expect(await version(gateway)).toBe(2)
})

test('the description of the API can be browsed, by who is signed in, from our own files alone', async ({
  start,
  page,
}) => {
  const gateway = await start(['--demo'])
  await gateway.setUp()
  await gateway.addUser('vera', 'viewer')
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway, await gateway.signIn('vera'))
  await page.goto(`${gateway.dashboard}docs`)
  await expect(page.getByRole('heading', { name: /sockgate/ })).toBeVisible()
  await page.locator('#operations-session-get_api_v1_session, [id$=get_api_v1_session]').first().click()
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await expect(page.locator('.live-responses-table')).toContainText('"vera"')
  watched.expectClean([gateway.dashboard])
})

test('markup in names, reasons, origins and notes is text', async ({ start, page }) => {
  const gateway = await start(['--demo'])
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  const markup = '<img src=x onerror=alert(1)>'
  const client = await Client.open(`${gateway.url}/pong`)
  await attempt(`${gateway.url}/${encodeURIComponent(markup)}`)
  await attempt(`${gateway.url}/pong`, { origin: `http://${markup}` })
  const [{ id } = { id: '' }] = await gateway.connections('open')
  await gateway.command('close', id, '--reason', `${markup}\u202Egnp`)
  await client.closed
  const note = { action: 'deny', direction: 'in', service: '__proto__', note: markup }
  await gateway.commitOnTop(note, { comment: markup, confirmWithin: '1h' })
  await page.goto(`${gateway.dashboard}connections`)
  for (const [tab, word] of [
    ['Recently closed', 'onerror'],
    ['Refused', 'onerror'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click()
    await expect(page.locator('tbody tr[data-id]').filter({ hasText: word })).not.toHaveCount(0)
  }
  await expect(page.locator('img[src="x"]')).toHaveCount(0)
  watched.expectClean([gateway.dashboard])
})
