import { attempt, Client } from './harness/client.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

test('no barriers and no sideways scrolling, in any state, light or dark, wide or narrow', async ({ start, page }) => {
  const long = 'audio/a-service-with-quite-a-long-name-of-its-own'
  const gateway = await start(['--demo', '--service', `${long}=unix:/run/nobody-is-here.sock,codec=length32`])
  const { url } = gateway
  const watched = new WatchedPage(page)
  await watched.openSignedIn(gateway)
  await expect(page.getByText('Nobody is connected.')).toBeVisible()
  await watched.inspect('empty')

  const names = ['pong', 'clock', 'chat', 'pong.JSON', 'chat.CBOR', 'clock', 'pong?text=1', 'chat', 'pong?view=packet']
  const clients = await Promise.all(names.map((name) => Client.open(`${url}/${name}`)))
  for (const at of [0, 6]) for (let i = 0; i < 300; i++) clients[at]!.socket.send(Buffer.alloc(100 + i))
  await Promise.all([clients[0]!.until(300), clients[6]!.until(300)])
  for (const name of [long, 'pongg', 'clokc', '.hidden']) await attempt(`${url}/${name}`)
  const rows = page.locator('tbody tr[data-id]')
  await expect(rows).toHaveCount(names.length)
  await expect(rows.getByText('300 msg').first()).toBeVisible()
  await watched.inspect('connections')

  await page.getByRole('tab', { name: 'Refused' }).click()
  await expect(rows).toHaveCount(4)
  await watched.inspect('refused')

  await page.getByRole('tab', { name: 'Open' }).click()
  await gateway.program.kill('SIGKILL')
  await expect(page.getByText(/^The gateway does not answer/)).toBeVisible()
  await watched.inspect('lost')
  watched.expectClean([gateway.dashboard], { gone: true })
})
